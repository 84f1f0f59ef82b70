import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listOperations } from '../../../renet/operation/knownOperations.ts';
import { operationFolder } from '../../../renet/paths.ts';
import { serve } from '../../../renet/serve/serve.ts';
import { makeRepository } from '../../support/nativeRepository.ts';
import { plantMorning, plantNight } from '../../support/plantedNight.ts';

/**
 * A program that serves an agent without a machine: the true renet over a repository whose volume and daemon are flags,
 * to all who connect to its socket. `nativeAgent.ts SOCKET FILES`, with the repository's files as JSON. Each line of
 * its input has more files to write, or the words "night" and "morning", which plant these in the machine's journal; it is answered with a hash
 * of the newest operation's output. It ends with its input.
 */
const [socket = '', files = '{}'] = process.argv.slice(2);
const repository = makeRepository(JSON.parse(files) as Record<string, string>);
const server = createServer((peer) => {
  peer.on('error', () => undefined);
  void serve(repository.agent, peer, peer).finally(() => peer.end());
});
server.listen(socket, () => process.stdout.write('ready\n'));
/** Returns the SHA-256 of the newest operation's output, of all its pieces in a row; empty without an operation. */
async function newestOutput(): Promise<string> {
  const { paths } = repository.machine;
  const [newest] = await listOperations(paths, { limit: 1 });
  if (newest === undefined) return '';
  const folder = operationFolder(paths, newest.id);
  const pieces = readdirSync(folder).filter((name) => name.startsWith('output.'));
  const hash = createHash('sha256');
  for (const piece of pieces.sort()) hash.update(readFileSync(join(folder, piece)));
  return hash.digest('hex');
}

async function obey(message: Record<string, string> | 'night' | 'morning'): Promise<void> {
  const { machine, guid, root } = repository;
  const planted = { guid, name: 'shop', path: root };
  if (message === 'night') await plantNight(machine.paths, planted);
  else if (message === 'morning') await plantMorning(machine.paths, planted);
  else repository.write(message);
  process.stdout.write(`${await newestOutput()}\n`);
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => void obey(JSON.parse(line) as Parameters<typeof obey>[0]));
input.on('close', () => {
  repository.remove();
  rmSync(socket, { force: true });
  process.exit(0);
});
