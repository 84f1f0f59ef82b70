// On true processes, in whose place stand short scripts that behave as the true one cannot be made to.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readerProcess } from './readerProcess.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rediacc-reader-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a program that has `begun`, a file, and answers requests by its process id. Returns the words that start it. */
function program(script: string): string[] {
  const file = join(root, 'program.cjs');
  const begun = JSON.stringify(join(root, 'begun'));
  const answer = '() => process.send({ project: { pid: process.pid } })';
  writeFileSync(file, `const fs = require('fs'), begun = ${begun}, answer = ${answer};\n${script}\n`);
  return [process.execPath, file];
}

function request(): Parameters<ReturnType<typeof readerProcess>>[0] {
  const of = { directory: root, files: ['compose.yaml'], envFiles: [], projectDirectory: undefined };
  return { root, aliases: [], ...of, environment: {}, searchesParents: false };
}

describe('the process that reads compose files', () => {
  it('is asked anew when it ended before it began with a text', async () => {
    const once = 'if (fs.existsSync(begun)) answer(); else { fs.writeFileSync(begun, ""); process.exit(1); }';
    const read = readerProcess(program(`process.on('message', () => { ${once} });`));
    expect(await read(request())).toHaveProperty('pid');
  });

  it('is asked no third time, and not again for a text that ended it', async () => {
    const never = readerProcess(program("process.on('message', () => process.exit(1));"));
    await expect(never(request())).rejects.toMatchObject({
      code: 'file-too-complex',
      details: { file: 'compose.yaml' },
    });
    const text =
      'process.send({ reading: fs.existsSync(begun) ? "second" : "first" }, () => process.exit(1));';
    const read = readerProcess(
      program(`process.on('message', () => { ${text} fs.writeFileSync(begun, ""); });`),
    );
    await expect(read(request())).rejects.toMatchObject({ details: { file: 'first' } });
  });

  it('is ended first when memory is short', async () => {
    const rank = "fs.readFileSync('/proc/self/oom_score_adj', 'utf8').trim()";
    const read = readerProcess(
      program(`process.on('message', () => process.send({ project: { rank: ${rank} } }));`),
    );
    expect(await read(request())).toEqual({ rank: '500' });
  });

  it('gets no request any more once it was told to end', async () => {
    // It stays until the test is over and its folder is gone.
    const until = 'setInterval(() => { if (!fs.existsSync(begun)) process.exit(); }, 10)';
    const stays = `process.on('SIGTERM', () => { fs.writeFileSync(begun, ''); ${until}; });`;
    const read = readerProcess(program(`${stays} process.on('message', answer);`), 1);
    const first = await read(request());
    await expect.poll(() => existsSync(join(root, 'begun')), { timeout: 40_000, interval: 10 }).toBe(true);
    expect(await read(request())).not.toEqual(first);
  });
});
