// Runs in a checkout of version 0.1.0, at its root (make.ts): fills the folder named by its only argument with what that
// version writes on the admin's computer and on a machine, and with what its agent says on a channel.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

const [target, part] = process.argv.slice(2);

// Ids that are the same at every making, each a UUIDv4. The second process has others than the first.
let ids = part === 'lost' ? 100 : 0;
crypto.randomUUID = () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
syncBuiltinESMExports();
globalThis.RENET_VERSION = '0.1.0';

const { makeRepository } = await import('./tests/support/nativeRepository.ts');
const { start } = await import('./renet/api.ts');
const { awaitVerdict } = await import('./renet/logReader.ts');
const { cancelOperation } = await import('./renet/operations.ts');
const { operationFolder, mountPath, volumeFile } = await import('./renet/paths.ts');

const FILES = {
  Rediaccfile:
    'prep() { echo "preparing $API_IP"; }\nup() { echo "root is up"; }\ndown() { echo "root is down"; }\n',
  'docker-compose.yml': 'services:\n  web:\n    image: busybox\n',
  'api/Rediaccfile': 'up() { printf "\\033[32mapi\\033[0m is up\\n"; }\ndown() { echo "api is down"; }\n',
  'api/docker-compose.yml': 'services:\n  api:\n    image: busybox\n  queue-worker:\n    image: busybox\n',
};

if (part === 'lost') await loseOneself();
else await writeAll();

/** An operation whose process is killed in the middle of a function: it has no verdict. */
async function loseOneself() {
  const repository = makeRepository({ Rediaccfile: 'up() { echo half-way; touch here; sleep 3; }\n' });
  void repository.run('up');
  while (!existsSync(join(repository.root, 'here'))) await wait(20);
  // A second: output is on disk by then.
  await wait(1500);
  writeFileSync(target, repository.machinery.paths.datastore);
  process.kill(process.pid, 'SIGKILL');
}

async function writeAll() {
  const machine = join(target, 'machine');
  const repository = makeRepository(FILES);
  const { paths } = repository.machinery;
  const named = {};
  const run = async (name, verb, options = {}, whom = 'shop', meanwhile = async () => undefined) => {
    const operation = crypto.randomUUID();
    named[name] = operation;
    const secret = Buffer.from('secret').toString('base64');
    await start(repository.agent, { operation, verb, repository: whom, options, secret, by: 'ann@laptop' });
    await meanwhile(operation);
    const { kind } =
      (await awaitVerdict(operationFolder(paths, operation), new AbortController().signal)) ?? {};
    console.log(`${name}: ${kind}`);
  };
  await run('succeeded', 'up');
  repository.write({ 'api/Rediaccfile': 'up() { echo "no luck"; return 7; }\ndown() { return 3; }\n' });
  await run('degraded', 'up');
  await run('stopped-with-warnings', 'down');
  repository.write({ Rediaccfile: 'prep() { echo "no prep today" >&2; exit 4; }\nup() { :; }\n' });
  await run('failed', 'up');
  repository.write({ Rediaccfile: 'up() { touch waiting; sleep 600; }\n' });
  await run('cancelled', 'up', {}, 'shop', async (operation) => {
    while (!repository.exists('waiting')) await wait(20);
    await cancelOperation(paths, operation);
  });
  repository.write(FILES);
  // No daemon is asked for containers: there is none on the computer that makes this.
  repository.flags.daemon = false;
  writeDialogue(await talk(repository));
  await run('autostart-enable', 'autostart-enable', { delay: 30 });
  await run('rename', 'rename', { newName: 'store' });
  repository.flags.mounted = false;
  writeFileSync(volumeFile(paths, repository.guid), Buffer.alloc(1024 * 1024, 1));
  await run('fork', 'fork', { tag: 'staging' }, 'store');
  repository.flags.mounted = true;
  const { noteBootOperation, noteBooted } = await import('./renet/bootUnit.ts');
  await noteBootOperation(paths, repository.guid, named.succeeded);
  await noteBooted(paths);

  mkdirSync(machine, { recursive: true });
  // The volumes themselves stay away: they are bytes of nobody.
  const filter = (path) => !/repositories\/[-0-9a-f]+$/.test(path);
  const copy = (from, to) =>
    cpSync(from, join(machine, to), { recursive: true, verbatimSymlinks: true, filter });
  for (const folder of ['repositories', '.operations'])
    copy(join(paths.datastore, folder), folder.replace('.', ''));
  if (existsSync(join(paths.datastore, 'network-id.highest')))
    copy(join(paths.datastore, 'network-id.highest'), 'network-id.highest');
  copy(join(mountPath(paths, repository.guid), '.rediacc.json'), 'rediacc.json');
  copy(join(paths.run, 'boot'), 'boot');
  takeLost(machine, named);
  writeFileSync(join(machine, 'operations.json'), `${JSON.stringify(named, null, 2)}\n`);
  await writeAdminSide(named);
  const folders = [paths.datastore, paths.run];
  repository.remove();
  normalise(target, folders);
}

function takeLost(machine, named) {
  const note = join(target, 'lost');
  spawnSync(process.execPath, ['--import', 'tsx', process.argv[1], note, 'lost'], { stdio: 'inherit' });
  const datastore = readFileSync(note, 'utf8');
  rmSync(note);
  const [id] = readdirSync(join(datastore, '.operations'));
  cpSync(join(datastore, '.operations', id), join(machine, 'operations', id), { recursive: true });
  // 256 KiB of ones, which a verdict would have removed.
  rmSync(join(machine, 'operations', id, 'reserve'));
  named.lost = id;
  rmSync(datastore, { recursive: true });
  spawnSync('sleep', ['4']);
  for (const group of readdirSync('/sys/fs/cgroup').filter((name) => name.startsWith('rediacc-rules-')))
    for (const folder of spawnSync('find', [`/sys/fs/cgroup/${group}`, '-depth', '-type', 'd'], {
      encoding: 'utf8',
    })
      .stdout.split('\n')
      .filter(Boolean))
      rmdirSync(folder);
}

/** Requests as the engine of 0.1.0 sends them, and every byte that the agent answers. */
async function talk(repository) {
  const { serve } = await import('./renet/serve.ts');
  const { createFrameDecoder, encodeJson } = await import('./shared/frames.ts');
  const { HELLO_MAGIC } = await import('./shared/protocol.ts');
  const [input, output] = [new PassThrough(), new PassThrough()];
  const received = [];
  const frames = [];
  const decode = createFrameDecoder();
  let skip = Buffer.byteLength(HELLO_MAGIC);
  output.on('data', (chunk) => {
    received.push(chunk);
    const body = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    frames.push(...decode(body));
  });
  const served = serve(repository.agent, input, output);
  const sent = [];
  const until = async (wanted) => {
    while (!frames.some((frame) => frame.kind === 'json' && wanted(frame.value))) await wait(10);
  };
  const say = (message) => {
    sent.push(message);
    input.write(encodeJson(message));
  };
  let id = 0;
  const ask = async (method, params) => {
    const own = (id += 1);
    say({ type: 'request', id: own, method, params });
    await until((value) => value.id === own);
  };
  await until((value) => value.type === 'hello');
  const list = await import('./renet/operations.ts').then(({ listOperations }) =>
    listOperations(repository.machinery.paths, {}),
  );
  const up = list.find((one) => one.verb === 'up' && one.state === 'succeeded').id;
  for (const [method, params] of [
    ['repository.list', {}],
    ['repository.status', { repository: 'shop' }],
    ['repository.slots', { repository: 'shop' }],
    ['autostart.list', {}],
    ['operation.plan', { verb: 'up', repository: 'shop', options: { mount: true } }],
    ['operation.plan', { verb: 'down', repository: 'shop', options: { unmount: true } }],
    ['operation.plan', { verb: 'fork', repository: 'shop', options: { tag: 'staging' } }],
    ['operation.plan', { verb: 'resize', repository: 'shop', options: { size: 1073741824 } }],
    ['operation.plan', { verb: 'rename', repository: 'shop', options: { newName: 'store' } }],
    ['operation.plan', { verb: 'autostart-enable', repository: 'shop', options: {} }],
    ['operation.list', {}],
    ['operation.show', { operation: up }],
    ['operation.show', { operation: '00000000-0000-4000-8000-999999999999' }],
    ['repository.status', { repository: 'nobody' }],
  ])
    await ask(method, params);
  repository.flags.mounted = false;
  await ask('operation.plan', { verb: 'up', repository: 'shop', options: { mount: true } });
  await ask('operation.plan', { verb: 'mount', repository: 'shop', options: {} });
  await ask('operation.plan', { verb: 'delete', repository: 'shop', options: {} });
  await ask('operation.plan', { verb: 'create', repository: 'books', options: { size: 1073741824 } });
  repository.flags.mounted = true;
  await ask('operation.follow', { operation: up, from: { event: 0, output: 0 } });
  await until((value) => value.type === 'stream-end');
  say({ type: 'ping' });
  await until((value) => value.type === 'pong');
  input.end();
  await served;
  return { sent, received: Buffer.concat(received) };
}

function writeDialogue({ sent, received }) {
  const folder = join(target, 'dialogue');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sent.jsonl'), sent.map((message) => `${JSON.stringify(message)}\n`).join(''));
  writeFileSync(join(folder, 'received.bin'), received);
}

/** What `rdc` and the app keep on the admin's computer. */
async function writeAdminSide(named) {
  const { createContextStore } = await import('./electron/engine/contexts.ts');
  const { openHistory } = await import('./electron/engine/history.ts');
  const { openPresence } = await import('./electron/engine/presence.ts');
  const { createSettingsStore } = await import('./electron/api/settings.ts');
  const { openWindowFile } = await import('./electron/windowFile.ts');
  const { createHostKeys } = await import('./electron/ssh/hostKeys.ts');
  const [config, state] = [join(target, 'config'), join(target, 'state')];
  // A key that is locked to nobody: it never leaves the checkout, and no machine knows it.
  const key = '/tmp/id_ed25519';
  for (const file of [key, `${key}.pub`]) rmSync(file, { force: true });
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', key]);
  const contexts = createContextStore(config);
  await contexts.createLocal('production', key);
  const first = await contexts.addMachine({ name: 'server-1', host: '203.0.113.50', user: 'deploy' });
  const second = await contexts.addMachine({
    name: 'server-2',
    host: 'db.example',
    user: 'root',
    port: 2222,
    datastore: '/srv/rediacc',
  });
  await contexts.createLocal('staging', key);
  await contexts.use('production');
  const [keyType, base64] = readFileSync(`${key}.pub`, 'utf8').split(' ');
  const hostKeys = createHostKeys([], join(config, 'known_hosts'));
  const publicKey = Buffer.from(base64, 'base64');
  await hostKeys.trust('203.0.113.50', 22, { keyType, publicKey });
  await hostKeys.trust('db.example', 2222, { keyType, publicKey });
  const settings = createSettingsStore(config);
  await settings.set({ language: 'fr', theme: 'dark' });
  const history = openHistory(state);
  const verdicts = join(target, 'machine', 'operations');
  for (const name of ['succeeded', 'degraded', 'failed', 'cancelled', 'lost']) {
    const lines = readFileSync(join(verdicts, named[name], 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [{ operation: head }] = lines;
    await history.started(first, {
      id: head.id,
      verb: head.verb,
      startedAt: head.startedAt,
      repository: head.repository.name,
    });
    const last = lines.at(-1);
    if (last.type === 'verdict') await history.ended(first, head.id, last.verdict, last.at);
  }
  const clock = { now: () => Date.UTC(2026, 10, 28, 12), after: () => () => undefined };
  const presence = openPresence(state, clock);
  presence.heard(first);
  presence.heard(second);
  await presence.keep();
  const windowFile = openWindowFile(state);
  await windowFile.write({ bounds: { x: 10, y: 20, width: 1280, height: 800 }, maximized: true });
  for (const file of [key, `${key}.pub`]) rmSync(file, { force: true });
}

/** Replaces what names this computer, temporary folders and the boot's id, by words of the same length, so that offsets hold. */
function normalise(folder, temporary) {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    let text = readFileSync(path, 'latin1');
    for (const one of temporary) text = text.replaceAll(one, one.replace(/.{6}$/, '000000'));
    text = text.replaceAll(bootId, '00000000-0000-4000-8000-00000000b007');
    writeFileSync(path, Buffer.from(text, 'latin1'));
    chmodSync(path, 0o644);
  }
}
