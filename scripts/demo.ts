import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../sandbox/errors.ts';
import { takeDown, isOutdated, reset, bringUp } from '../sandbox/machines.ts';
import { templates } from '../shared/templates.ts';
import { openApp } from './openApp.ts';

/**
 * `npm run demo`: sets up the manual's complete example on a sandbox machine, from nothing to an answering api, by the
 * commands that a person would type. With `--no-open` the machine is stopped afterwards; without it the machine stays
 * up and the app opens on it.
 */
const root = join(import.meta.dirname, '..');
const MACHINE = 'demo';
const API_ADDRESS = '127.0.11.2';

const configuration = mkdtempSync(join(tmpdir(), 'rediacc-demo-'));
const passphrase = randomBytes(18).toString('base64');

function say(sentence: string): void {
  console.log(`\n\u001b[1m${sentence}\u001b[0m`);
}

function run(
  program: string,
  words: readonly string[],
  options: { input?: string; quiet?: boolean } = {},
): string {
  const result = spawnSync(program, words, {
    cwd: root,
    env: { ...process.env, REDIACC_CONFIG_DIR: configuration },
    input: options.input ?? '',
    stdio: ['pipe', options.quiet === true ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  });
  if (result.status !== 0)
    throw new SandboxError(`${words.join(' ')} ended with ${result.status ?? result.signal ?? 'no program'}`);
  return options.quiet === true ? result.stdout : '';
}

function rdc(words: readonly string[], options: { input?: string; quiet?: boolean } = {}): string {
  console.log(`\u001b[2m$ rdc ${words.join(' ')}\u001b[0m`);
  return run(process.execPath, [join(root, 'cli/bin.mjs'), ...words], options);
}

/** Writes a file inside the repository, as a person would with an editor there. */
function write(path: string, text: string): void {
  rdc(['repo', 'exec', 'webapp', '-m', MACHINE, '--', 'sh', '-c', `cat > ${path}`], { input: text });
}

interface Answer {
  database: string;
  redis: string;
  visits: number;
}

function ask(): Answer {
  const url = `http://${API_ADDRESS}:8080/`;
  const words = [
    'repo',
    'exec',
    'webapp',
    '-m',
    MACHINE,
    '--',
    'curl',
    '-sS',
    '--retry',
    '30',
    '--retry-all-errors',
  ];
  const text = rdc([...words, '--retry-delay', '2', url], { quiet: true });
  console.log(text.trim());
  return JSON.parse(text) as Answer;
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new SandboxError(`${what}: expected ${right}, found ${left}`);
  console.log(`  ${what}: ${left}`);
}

async function demo(): Promise<void> {
  say('Building the command line and the agent');
  run(process.execPath, ['--import', 'tsx', 'scripts/build.ts']);
  say(
    'Starting the sandbox machine, a true Debian in QEMU (its image is built the first time, some minutes)',
  );
  if (await isOutdated(MACHINE)) await takeDown(MACHINE);
  const machine = await bringUp(MACHINE, { variant: 'standard' });
  await reset(MACHINE);

  say('1. Environment');
  rdc(['context', 'create-local', 'production', '--ssh-key', machine.key]);
  const address = ['--ip', machine.host, '--port', String(machine.port), '--user', machine.user];
  rdc(['context', 'add-machine', MACHINE, ...address]);
  rdc(['context', 'scan-keys', MACHINE, '--expect', machine.hostKeySha256]);
  rdc(['context', 'setup-machine', MACHINE]);
  const secret = ['--passphrase-file', '-'];
  rdc(['repo', 'create', 'webapp', '-m', MACHINE, '--size', '3G', ...secret], { input: passphrase });

  say('2. Mount');
  rdc(['repo', 'mount', 'webapp', '-m', MACHINE]);

  say('3. The application');
  for (const [path, text] of Object.entries(templates['webapp'] ?? {})) write(path, text);

  say('4. Up');
  rdc(['repo', 'up', 'webapp', '-m', MACHINE]);
  rdc(['repo', 'status', 'webapp', '-m', MACHINE]);

  say('What answers, and where');
  const slots = JSON.parse(
    rdc(['repo', 'slots', 'webapp', '-m', MACHINE, '--output', 'json'], { quiet: true }),
  ) as {
    services: { name: string; address: string }[];
  };
  const addresses = Object.fromEntries(slots.services.map((service) => [service.name, service.address]));
  expectEqual('addresses', addresses, { api: API_ADDRESS, postgres: '127.0.11.3', redis: '127.0.11.4' });
  const first = ask();
  expectEqual('database and redis behind it', [first.database, first.redis], ['ok', 'ok']);

  say('Down, closed, and up again: the data is still there');
  rdc(['repo', 'down', 'webapp', '-m', MACHINE, '--unmount']);
  rdc(['repo', 'up', 'webapp', '-m', MACHINE, '--mount', ...secret], { input: passphrase });
  expectEqual('visits went on counting', ask().visits > first.visits, true);
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
console.log(`Rediacc Desktop ${version}: the complete example on a sandbox machine`);
const started = Date.now();
const keep = !process.argv.includes('--no-open');
try {
  await demo();
  say(`The demo is done: ${Math.round((Date.now() - started) / 1000)} s.`);
  if (keep) {
    console.log(
      `The machine stays up. To look around: REDIACC_CONFIG_DIR=${configuration} npx rdc repo list -m ${MACHINE}`,
    );
    console.log(`To end it: npm run sandbox -- down ${MACHINE}`);
    say('The app');
    process.exitCode = await openApp({ REDIACC_CONFIG_DIR: configuration });
  }
} catch (error) {
  if (!(error instanceof SandboxError)) throw error;
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (!keep) {
    await takeDown(MACHINE);
    rmSync(configuration, { recursive: true, force: true });
  }
}
