// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { LogPane } from '../../renderer/logs/LogPane.tsx';
import { FollowButton } from '../../renderer/logs/pane/FollowButton.tsx';
import { LinkQuestion } from '../../renderer/logs/pane/LinkQuestion.tsx';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import type { PaneSpec } from '../../renderer/state/dockStore.ts';
import { createTeller, operationId, planOf } from '../../renderer/status/events.fixtures.ts';
import './terminal.fixtures.ts';

const machine = { context: 'production', name: 'prod-1' };
const pane: PaneSpec = {
  ...{ id: 'pane', title: 'webapp · up' },
  source: { kind: 'operation', machine, operation: operationId },
};

beforeEach(() => speak('en'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the head of a log', () => {
  it.each(['succeeded', 'failed', 'cancelled'] as const)('says that its operation has %s', async (kind) => {
    const { api, emit, callsOf } = createFakeApi();
    const session = createLogSessions(api).acquire('log', pane.source);
    render(<LogPane pane={pane} session={session} screenReader={false} />);
    expect(screen.getByRole('status').textContent).toBe('connecting');
    expect(screen.queryByRole('button', { name: 'to the end' })).toBeNull();
    await waitFor(() => expect(callsOf('log.open')).toHaveLength(1));
    await act(async () => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    });
    const told = createTeller('up', planOf('up'));
    told.verdict(kind);
    act(() => {
      for (const event of told.events) emit('log.event', { log: 1, event });
      emit('log.ended', { log: 1, reason: 'verdict' });
    });
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(kind));
  });

  it('counts what came since it stopped following, and leads back to the end', () => {
    const onFollow = vi.fn();
    const { rerender } = render(<FollowButton mode="held" newLines={0} live onFollow={onFollow} />);
    expect(screen.getByRole('button').textContent).toBe('to the end');
    rerender(<FollowButton mode="held" newLines={1} live onFollow={onFollow} />);
    expect(screen.getByRole('button').textContent).toContain('1');
    fireEvent.click(screen.getByRole('button'));
    expect(onFollow).toHaveBeenCalledOnce();
    rerender(<FollowButton mode="following" newLines={0} live onFollow={onFollow} />);
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('a link in a log', () => {
  const href = 'https://example.org/x';
  function ask() {
    const open = vi.fn();
    vi.stubGlobal('open', open);
    const onClose = vi.fn();
    render(<LinkQuestion href={href} onClose={onClose} />);
    return { open, onClose };
  }

  it('is opened only after a question that shows where it leads', () => {
    const { open, onClose } = ask();
    expect(screen.getByText(href)).toBeDefined();
    expect(open).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    expect(open).toHaveBeenCalledExactlyOnceWith(href, '_blank', 'noopener,noreferrer');
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('is not opened by who leaves the question', () => {
    const { open, onClose } = ask();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(onClose).toHaveBeenCalledTimes(2);
    expect(open).not.toHaveBeenCalled();
  });
});
