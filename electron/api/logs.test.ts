import { describe, expect, it } from 'vitest';
import type { ApiEvent } from '../../shared/api/api.ts';
import { LOG_WINDOW } from '../../shared/api/api.ts';
import { AppError } from '../../shared/errors.ts';
import { createLogs } from './logs.ts';
import type { LogWriter } from './logs.ts';

interface Told {
  readonly event: ApiEvent;
  readonly payload: unknown;
}

function bench(): { told: Told[]; logs: ReturnType<typeof createLogs> } {
  const told: Told[] = [];
  const logs = createLogs({
    send: (event, payload) => {
      told.push({ event, payload });
      return Promise.resolve();
    },
  });
  return { told, logs };
}

const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 0));

describe('a log of a window', () => {
  it('is held back at the window that was granted, and goes on as bytes are acknowledged', async () => {
    const { told, logs } = bench();
    const piece = new Uint8Array(LOG_WINDOW / 2);
    const log = logs.open(async (writer) => {
      for (let at = 0; at < 4; at++) await writer.output(piece, at * piece.length);
      return 'end';
    });
    const offsets = (): unknown[] =>
      told
        .filter(({ event }) => event === 'log.chunk')
        .map(({ payload }) => (payload as { offset: number }).offset);
    await settle();
    await settle();
    expect(offsets()).toEqual([0, piece.length]);
    logs.ack(log, piece.length);
    await settle();
    expect(offsets()).toEqual([0, piece.length, 2 * piece.length]);
    logs.ack(log, 2 * piece.length);
    await settle();
    expect(told.at(-1)).toEqual({ event: 'log.ended', payload: { log, reason: 'end' } });
    expect(offsets()).toHaveLength(4);
  });

  it('lets go of its source when the window closes it, and says nothing more', async () => {
    const { told, logs } = bench();
    let writer: LogWriter | undefined;
    const log = logs.open(async (given) => {
      writer = given;
      await given.output(new Uint8Array(LOG_WINDOW), 0);
      await given.output(new Uint8Array(1), LOG_WINDOW);
      return 'end';
    });
    await settle();
    await settle();
    logs.close(log);
    await settle();
    expect(writer?.signal.aborted).toBe(true);
    expect(told.map(({ event }) => event)).toEqual(['log.chunk']);
  });

  it('says why it broke', async () => {
    const { told, logs } = bench();
    const log = logs.open(() => Promise.reject(new AppError('operation-not-found', { id: 'x' })));
    await settle();
    await settle();
    expect(told).toMatchObject([
      { event: 'log.ended', payload: { log, reason: 'error', error: { code: 'operation-not-found' } } },
    ]);
  });

  it('is refused where there are too many', () => {
    const { logs } = bench();
    const open = (): number => logs.open(() => new Promise(() => undefined));
    expect(() => Array.from({ length: 65 }, open)).toThrow(
      expect.objectContaining({ code: 'bad-arguments' }),
    );
    logs.closeAll();
  });
});
