// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Window } from '../../renderer/frame/Window.tsx';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import type { Call } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { useDock } from '../../renderer/state/dockStore.ts';
import { goTo } from '../../renderer/state/navigation.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { bulkItems, dangerousMachine, dangers } from './dangers.fixtures.ts';
import type { Danger } from './dangers.fixtures.ts';
import './terminal.fixtures.ts';

// Nothing is measured: a busy computer has its time.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 120_000 });

const texts = { en, fr };
type Language = keyof typeof texts;

beforeEach(() => {
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  window.history.replaceState(null, '');
});
afterEach(cleanup);

/** The calls that change nothing: they read, or tell that somebody looks. */
const READS =
  /^(?:app\.(?:info|look)|operation\.list|passphrase\.remembered|bulk\.plan|repository\.validate|autostart\.verify)$/;

/** Shows the window where the danger is, and answers what it has asked the program to do. */
function show({ place }: Danger, language: Language): () => Call[] {
  const machine = { name: 'prod-1', host: 'h', port: 22, user: 'u', datastore: '/mnt/rediacc' };
  const contexts = ['production', 'staging'].map((name) => ({ name, sshKey: '/k', machines: [machine] }));
  const keychain = { state: 'absent' } as const;
  useAppState.setState(
    {
      ...unknownState,
      link: 'open',
      info: { version: '1.2.3', mode: 'browser', platform: 'linux', locale: 'en', keychain },
      settings: { theme: 'dark', language, screenReader: false, notifications: true },
      contexts: { current: 'production', contexts },
      context: 'production',
      machines: [dangerousMachine()],
    },
    true,
  );
  goTo(place);
  const fake = createFakeApi({
    'operation.list': () => ({ operations: [] }),
    'operation.start': () => ({ operation: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f' }),
    'passphrase.remembered': () => [],
    'repository.validate': () => [],
    'autostart.verify': () => ({ guid: 'g', name: 'mail', problems: [] }),
    'app.info': () => ({ keychain }),
    'bulk.plan': () => ({ items: bulkItems, failures: [] }),
    'bulk.start': () => ({ bulk: 'b1' }),
  });
  render(<Window api={fake.api} sessions={createLogSessions(fake.api)} />);
  return () => fake.calls.filter(({ method }) => !READS.test(method) && !method.startsWith('log.'));
}

const question = ({ titles }: Danger, language: Language) =>
  screen.findByRole('dialog', { name: titles[language === 'en' ? 0 : 1] });

const fillIn = ({ fields }: Danger, language: Language, how: (at: number) => 'wrong' | 'right') => {
  for (const [at, field] of fields.entries()) {
    const value = field[how(at)];
    fireEvent.change(screen.getByLabelText(field.label(texts[language])), { target: { value } });
  }
};

/** Goes on in every way that the dialog has: submits its form, as Enter does, and clicks the button. */
function goOn(dialog: HTMLElement, action: string): void {
  const form = dialog.querySelector('form');
  if (form !== null) fireEvent.submit(form);
  fireEvent.click(within(dialog).getByRole('button', { name: action }));
}

describe.each(dangers)('$what', (danger) => {
  it.each(['en', 'fr'] as const)(
    'does nothing for who leaves the question, which is asked in %s',
    async (language) => {
      const sent = show(danger, language);
      const { app } = texts[language];
      const leave = [
        () => fireEvent.click(screen.getByRole('button', { name: app.cancel })),
        () => fireEvent.click(screen.getByRole('button', { name: app.close })),
        () => fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' }),
      ];
      for (const go of leave) {
        await danger.ask(texts[language]);
        await question(danger, language);
        await screen.findByRole('button', { name: danger.action(texts[language]) });
        fillIn(danger, language, () => 'right');
        go();
        await waitFor(() => expect(screen.queryByRole('dialog', { name: danger.titles[0] })).toBeNull());
        const left = screen.queryByRole('dialog');
        if (left !== null) fireEvent.keyDown(left, { key: 'Escape' });
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
      }
      expect(sent()).toEqual([]);
    },
  );

  it('waits for everything that has to be typed, and asks for just that', async () => {
    const sent = show(danger, 'en');
    await danger.ask(en);
    const dialog = await question(danger, 'en');
    const action = danger.action(en);
    await within(dialog).findByRole('button', { name: action });
    for (const [missing] of danger.fields.entries()) {
      fillIn(danger, 'en', (at) => (at === missing ? 'wrong' : 'right'));
      goOn(dialog, action);
      expect(sent()).toEqual([]);
    }
    fillIn(danger, 'en', () => 'right');
    fireEvent.click(within(dialog).getByRole('button', { name: action }));
    await waitFor(() => expect(sent()).toEqual([danger.sends]));
  });
});
