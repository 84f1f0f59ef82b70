import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { AppError } from '../../../shared/errors.ts';
import { rdc } from '../../rdc.fixtures.ts';

const lost = new AppError('connection-lost', { host: 'web.test', reason: 'renet-ending' });

/** Makes a log of which `read` says what comes, and how it ends. */
function log(read: (reader: Parameters<Engine['containerLogs']>[2], signal: AbortSignal) => Promise<void>) {
  const containerLogs: Engine['containerLogs'] = (_, __, reader, signal) => read(reader, signal);
  return { engine: { containerLogs } };
}

describe('rdc repo logs', () => {
  it('says when the connection was lost and is back, and ends well only at the end of the logs', async () => {
    const { exit, stdout, stderr } = await rdc(
      'repo logs webapp -f',
      log(async ({ onOutput, onConnection }) => {
        onConnection?.({ connected: true });
        await onOutput(Buffer.from('one\n'));
        onConnection?.({ connected: false, error: lost });
        onConnection?.({ connected: true });
        await onOutput(Buffer.from('two\n'));
      }),
    );
    expect([exit, stdout]).toEqual([0, 'one\ntwo\n']);
    expect(stderr).toMatch(/No connection .*renet is ending[^]*Connected again/);
  });

  it.each(['repo logs webapp', 'repo logs webapp -f'])(
    'fails with the network where the rest of the log cannot be read: %s',
    async (words) => {
      const { exit, stdout, stderr } = await rdc(
        words,
        log(async ({ onOutput }) => {
          await onOutput(Buffer.from('one\n'));
          throw lost;
        }),
      );
      expect([exit, stdout]).toEqual([6, 'one\n']);
      expect(stderr).toContain('renet is ending');
    },
  );

  it('is cancelled by Ctrl-C', async () => {
    const { exit } = await rdc('repo logs webapp -f', {
      ...log((_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve()))),
      onInterrupt: (press) => void setImmediate(press),
    });
    expect(exit).toBe(130);
  });
});
