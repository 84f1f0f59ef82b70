import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listOperations } from '../../../renet/operation/knownOperations.ts';
import { operationFolder } from '../../../renet/paths.ts';
import { serve } from '../../../renet/serve/serve.ts';
import { makeRepository } from '../../support/nativeRepository.ts';

/**
 * An agent without a machine, as a process: the true renet over a repository whose volume and daemon are flags, for
 * whoever connects to the socket. `nativeAgent.ts SOCKET FILES`: the repository's files as JSON. Each line of its input is
 * more files, and is answered with the newest operation's output, hashed. Ends with its input.
 */
const [socket = '', files = '{}'] = process.argv.slice(2);
const repository = makeRepository(JSON.parse(files) as Record<string, string>);
const server = createServer((peer) => {
  peer.on('error', () => undefined);
  void serve(repository.agent, peer, peer).finally(() => peer.end());
});
server.listen(socket, () => process.stdout.write('ready\n'));
/** The SHA-256 of what the newest operation wrote, all its pieces in a row. */
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

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  repository.write(JSON.parse(line) as Record<string, string>);
  void newestOutput().then((hash) => process.stdout.write(`${hash}\n`));
});
input.on('close', () => {
  repository.remove();
  rmSync(socket, { force: true });
  process.exit(0);
});
