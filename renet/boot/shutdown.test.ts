import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../agent.ts';
import { createLog } from '../operation/log/operationLog.ts';
import { readJsonLine, writeJsonLine } from '../operation/start/jsonLines.ts';
import { metadataFile, operationFolder, repositoriesFolder, volumeFile } from '../paths.ts';
import { thisAgent } from '../thisMachine.ts';
import { shutDown } from './shutdown.ts';

const guidOf = (number: number): string => `${String(number).repeat(8)}-1111-4111-8111-111111111111`;

let datastore: string;
beforeEach(() => {
  datastore = mkdtempSync(join(tmpdir(), 'rediacc-shutdown-'));
});
afterEach(() => rmSync(datastore, { recursive: true }));

/** Makes an agent whose repositories are all open and whose operations end at once; `downs` notes their order. */
function agentWith(repositories: readonly { name: string; after?: number }[]): {
  agent: Agent;
  downs: string[];
} {
  const paths = { datastore, run: join(datastore, 'run') };
  mkdirSync(repositoriesFolder(paths));
  repositories.forEach(({ name, after }, index) => {
    const guid = guidOf(index + 1);
    const autostart = {
      consent: { by: 'ann', at: '2026-01-01T00:00:00.000Z' },
      ...(after === undefined ? {} : { after: guidOf(after) }),
    };
    const metadata = {
      name,
      guid,
      networkId: 2816 + 64 * index,
      created: '2026-01-01T00:00:00.000Z',
      autostart,
    };
    writeFileSync(metadataFile(paths, guid), JSON.stringify(metadata));
    writeFileSync(volumeFile(paths, guid), '');
  });
  const downs: string[] = [];
  const agent = thisAgent(datastore, {});
  agent.machine = { ...agent.machine, paths };
  agent.machine.volumes = { ...agent.machine.volumes, isOpen: () => Promise.resolve(true) };
  agent.detach = async (_unit, command) => {
    const socket = connect(command.at(-1) ?? '');
    const assignment = (await readJsonLine(socket)) as {
      operation: string;
      guid: string;
      request: { verb: string; options: { unmount?: boolean } };
    };
    const { verb, options } = assignment.request;
    downs.push(`${verb} ${options.unmount === true ? '--unmount ' : ''}${assignment.guid.slice(0, 1)}`);
    const log = await createLog(operationFolder(paths, assignment.operation), Date.now);
    writeJsonLine(socket, { accepted: assignment.operation });
    socket.end();
    log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
    log.close();
    return 0;
  };
  return { agent, downs };
}

it('closes one whose metadata cannot be read any more, too', async () => {
  const { agent, downs } = agentWith([{ name: 'first' }, { name: 'second' }]);
  writeFileSync(metadataFile(agent.machine.paths, guidOf(2)), '{');
  await shutDown(agent, () => undefined);
  expect(downs.sort()).toEqual(['down --unmount 1', 'down --unmount 2']);
});

it('closes what was started after another one before it', async () => {
  const { agent, downs } = agentWith([
    { name: 'first' },
    { name: 'second', after: 1 },
    { name: 'third', after: 2 },
  ]);
  await shutDown(agent, () => undefined);
  expect(downs).toEqual(['down --unmount 3', 'down --unmount 2', 'down --unmount 1']);
});
