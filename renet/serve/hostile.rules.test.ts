// On true files and processes: two connections to an agent, and a repository whose compose file keeps a parser busy.

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createFrameDecoder, encodeJson } from '../../shared/protocol/frames.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { builtAgent } from '../../tests/support/builtAgent.ts';
import { lateness } from '../../tests/support/lateness.ts';
import { makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { createProjectReader } from '../compose/projectReader.ts';
import { markOrphans } from '../observe/orphans.ts';
import { mountPath } from '../paths.ts';
import { serve } from './serve.ts';

let program = '';
beforeAll(async () => {
  program = await builtAgent();
});
afterAll(() => rmSync(dirname(program), { recursive: true }));

const repositories: NativeRepository[] = [];
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Connects to the agent of a repository. Returns what sends a request and resolves with the result. */
function connect({ agent }: NativeRepository): (method: string, params: unknown) => Promise<unknown> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const machine = { ...agent.machine, readProject: createProjectReader([process.execPath, program]) };
  void serve({ ...agent, machine }, input, output);
  const waiting = new Map<number, (value: unknown) => void>();
  const decode = createFrameDecoder();
  let skip = Buffer.byteLength(HELLO_MAGIC);
  output.on('data', (chunk: Buffer) => {
    const body = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    for (const frame of decode(body)) {
      const message = (frame.kind === 'json' ? frame.value : {}) as { id?: number; result?: unknown };
      if (message.id !== undefined) waiting.get(message.id)?.(message.result);
    }
  });
  return (method, params) =>
    new Promise((resolve) => {
      const id = waiting.size + 1;
      waiting.set(id, resolve);
      input.write(encodeJson({ type: 'request', id, method, params }));
    });
}

it('answers for other repositories while one keeps the reading of its compose file busy', async () => {
  const hostile = makeRepository({ Rediaccfile: '', 'compose.yaml': `a: [${','.repeat(1024 * 1000)}]\n` });
  const other = makeRepository({ Rediaccfile: '', 'compose.yaml': 'services: {api: {}}\n' });
  repositories.push(hostile, other);
  const ended: string[] = [];
  const delay = lateness();
  const ask = connect(hostile);
  const first = ask('repository.status', { repository: 'shop' }).then((result) => {
    ended.push('hostile');
    return result;
  });
  // The second request of the same connection, and one of another.
  const more = [ask('operation.list', {}), connect(other)('repository.status', { repository: 'shop' })];
  const [, answer] = await Promise.all(more.map((one) => one.finally(() => ended.push('other'))));
  expect(answer).toMatchObject({ name: 'shop', notices: [] });
  const problem = { code: expect.stringMatching(/^(compose-invalid|file-too-complex)$/) as string };
  expect(await first).toMatchObject({ name: 'shop', problem });
  expect(ended).toEqual(['other', 'other', 'hostile']);
  expect(delay()).toBeLessThan(1000);
});

it('reads what the labels of a container name as it reads all else', async () => {
  const hostile = makeRepository({ Rediaccfile: '', 'evil.yml': `a: [${','.repeat(1024 * 1000)}]\n` });
  repositories.push(hostile);
  const root = mountPath(hostile.agent.machine.paths, hostile.guid);
  const container = {
    ...{ id: 'x', name: 'x', image: 'x', state: 'running', status: 'Up', health: 'none' as const },
    ...{ service: 'left', configFiles: [`${root}/evil.yml`] },
  };
  const delay = lateness();
  const read = createProjectReader([process.execPath, program]);
  const [marked] = await markOrphans([container], { root, link: '/nowhere', services: new Set() }, read);
  expect(marked).not.toHaveProperty('orphan');
  expect(delay()).toBeLessThan(1000);
});
