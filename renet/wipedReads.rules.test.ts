// A true process and its memory: what is left there of a passphrase that came over a connection.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { arrival } from '../tests/support/arrival.ts';
import { formsInMemory, formsOf } from '../tests/support/processMemory.ts';

/** Listens, overwrites what comes over each connection, and says so. The control stays where it is. */
const PROGRAM = `
  import { createServer } from 'node:net';
  import { takeOver } from './wipedReads.ts';
  const control = Buffer.from(process.env.CONTROL);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
    const socket = takeOver(accepted, (bytes) => {
      const { length } = bytes;
      bytes.fill(0);
      socket.write(length + '\\n');
      return control.length > 0;
    });
    socket.on('error', () => undefined);
  });
  server.listen(process.argv[2], () => console.log('listening'));
`;

const mayRead = process.getuid?.() === 0;

it.skipIf(!mayRead)(
  `leaves nothing of what a connection brought${mayRead ? '' : ' (SKIPPED: needs root)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-reads-'));
    const [script, socket] = [join(folder, 'serve.cjs'), join(folder, 'socket')];
    const stdin = { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' } as const;
    await build({ stdin, outfile: script, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const [marker, control] = [randomBytes(12), randomBytes(12)].map((bytes) => bytes.toString('hex'));
    const server = spawn(process.execPath, [script, socket], { env: { CONTROL: control } });
    try {
      await arrival('the server', once(server.stdout, 'data'));
      const client = connect(socket);
      client.write(Buffer.from(`a passphrase: ${marker ?? ''}`));
      await arrival('the word that it was overwritten', once(client, 'data'));
      const left = (text = ''): string[] => formsInMemory(server.pid ?? 0, formsOf(text));
      expect(left(control)).not.toEqual([]);
      expect(left(marker)).toEqual([]);
      client.destroy();
    } finally {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  },
);
