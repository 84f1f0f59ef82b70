import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { importSshHosts, listSshHosts } from '../../electron/engine/context/sshHosts.ts';
import { judgeHostKey, parseKnownHosts } from '../../electron/ssh/knownHosts.ts';
import { listOperations } from '../../renet/operation/knownOperations.ts';
import { INDEX_FILE } from '../../renet/operation/log/logIndex.ts';
import { readLog } from '../../renet/operation/log/logReader.ts';
import {
  metadataFile,
  operationFolder,
  operationsFolder,
  repositoriesFolder,
  volumeFile,
} from '../../renet/paths.ts';
import type { Paths } from '../../renet/paths.ts';
import { findWhatIsLeft, listRepositories, readAllMetadata } from '../../renet/repository/repositories.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { isValidName } from '../../shared/names.ts';
import { toAgentSchema } from '../../shared/protocol/protocol.ts';
import { createFrameDecoder } from '../../shared/protocol/frames.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { eventSeeds, frameSeeds, knownHostsSeeds, metadataSeeds, sshConfigSeeds } from './seeds.ts';
import { assertAlways, refusal } from './target.ts';
import type { Outcome, Target } from './target.ts';

const GUID = '00000000-0000-4000-8000-000000000001';

/** Makes the two folders of a machine, below a new temporary one. */
function temporaryPaths(): { datastore: string; run: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-fuzz-'));
  return { datastore: join(folder, 'datastore'), run: join(folder, 'run') };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The metadata of a repository, read where the list of repositories reads them. */
function metadata(): Target {
  const paths = temporaryPaths();
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  writeFileSync(volumeFile(paths, GUID), '');
  return {
    name: 'metadata',
    files: ['shared/metadata.ts', 'renet/repository/repositories.ts', 'renet/repository/whatIsLeft.ts'],
    seeds: metadataSeeds,
    words:
      '"guid" "name" "networkId" "created" "parent" "inherits" "autostart" 2816 , : { } [ ] 16711680'.split(
        ' ',
      ),
    run: async (input) => {
      writeFileSync(metadataFile(paths, GUID), input);
      const stored = await listRepositories(paths);
      assertAlways(stored.length === 1, 'the repository is listed, whatever its metadata hold');
      const [first] = stored;
      const { known, damaged } = await readAllMetadata(paths);
      assertAlways(known.length + damaged.length === 1, 'the repository is counted once');
      const left = await findWhatIsLeft(paths, GUID, 'machine');
      assertAlways(left.guid === GUID, 'what is left of the repository is found by its GUID');
      assertAlways(isValidName(left.name) || left.name === GUID, 'it has a name that a person can type');
      const shape = first?.kind === 'damaged' ? first.reason : Object.keys(first?.metadata ?? {}).join();
      return { kind: isJson(input.toString()) ? 'passed' : 'refused', shape };
    },
  };
}

/**
 * The event log of an operation, read where the list of operations reads it and where it is followed from its beginning.
 * The index of logs has the same bytes.
 */
function eventLog(): Target {
  const paths = temporaryPaths();
  const folder = operationFolder(paths, GUID);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'process.json'), '{"pid":1,"startTime":"0","bootId":"another"}');
  return {
    name: 'event log',
    files: [
      'renet/operation/knownOperations.ts',
      ...['events', 'logFiles', 'logIndex', 'logProcess', 'logReader'].map(
        (name) => `renet/operation/log/${name}.ts`,
      ),
    ],
    seeds: eventSeeds,
    words:
      '"n" "at" "output" "type" "started" "plan" "step" "verdict" "operation" "failures" , : { } [ ] 0'.split(
        ' ',
      ),
    run: async (input) => {
      const text = input.toString();
      writeFileSync(join(folder, 'events.jsonl'), input);
      writeFileSync(join(operationsFolder(paths), INDEX_FILE), text.split('\n').map(headIn).join('\n'));
      const listed = await listOperations(paths, {});
      const passes = text.split('\n').some((line) => line.startsWith('{') && isJson(line));
      const shape = listed.map(({ state, verdict }) => `${state} ${verdict?.failures.length}`).join();
      const followed = await followedEvents(paths, folder);
      return { kind: passes ? 'passed' : 'refused', shape: `${shape} ${followed}` };
    },
  };
}

/** Returns the line of an index that a line of a log would give, or the line itself. */
function headIn(line: string): string {
  return /"operation":(\{.*\})\}$/.exec(line)?.[1] ?? line;
}

/** Follows a log from its beginning, as windows do. Returns what kinds of events it has. */
async function followedEvents(paths: Paths, folder: string): Promise<string> {
  const types: string[] = [];
  const event = ({ n, type }: OperationEvent): Promise<void> => {
    assertAlways(n === types.length, 'events are numbered without a gap');
    types.push(type);
    return Promise.resolve();
  };
  const sink = { event, output: () => Promise.resolve() };
  // Only against what would follow for ever.
  const end = await readLog(paths, folder, { event: 0, output: 0 }, sink, AbortSignal.timeout(10_000));
  assertAlways(end !== 'closed', 'the log of a process that is gone has an end');
  return `${end} ${types.slice(0, 20).join()}`;
}

/** The person's own configuration of ssh. */
function sshConfig(): Target {
  const home = mkdtempSync(join(tmpdir(), 'rediacc-fuzz-'));
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh', 'other'), 'Host *\n  User other\n');
  return {
    name: 'ssh_config',
    files: [
      ...['sshHosts', 'sshConfigFiles', 'sshSettings'].map((name) => `electron/engine/context/${name}.ts`),
      'node_modules/ssh-config/',
    ],
    seeds: sshConfigSeeds,
    words: [
      ...'Host Match Include HostName User Port IdentityFile ProxyJump ProxyCommand all exec other * ? !'.split(
        ' ',
      ),
      ...'~/.ssh/other %h %d = " 22 none config'.split(' '),
    ],
    run: async (input) => {
      writeFileSync(join(home, '.ssh', 'config'), input);
      try {
        const hosts = await listSshHosts({ home, account: 'ann' });
        for (const { alias } of hosts) assertAlways(!/[*?!]/.test(alias), 'a host is no pattern');
        const add: Parameters<typeof importSshHosts>[0]['addMachines'] = async (machinesOf) => {
          machinesOf({ name: 'work', sshKey: '/keys/id', machines: [] });
          return Promise.resolve();
        };
        const imported = await importSshHosts({ addMachines: add }, 'work', { home, account: 'ann' }, []);
        const names = imported.flatMap(({ name, reason }) => (reason === undefined ? [name] : []));
        assertAlways(new Set(names).size === names.length, 'no two machines get one name');
        assertAlways(names.every(isValidName), 'a machine gets a name that can be typed');
        const shape = hosts
          .map(({ sshKey, throughOther }) => `${sshKey === undefined}${throughOther}`)
          .join();
        return { kind: hosts.length > 0 ? 'passed' : 'refused', shape };
      } catch (error) {
        return refusal(['ssh-config-invalid', 'ssh-config-includes', 'ssh-config-too-large'], error);
      }
    },
  };
}

const OFFERED = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIC48XyWNZN3qKeaoE36UqYGFuSsqR6AFbd1u9yNm32Rm', 'base64');
const HOST = `${'a'.repeat(40)}.db.example`;

const knownHosts: Target = {
  name: 'known_hosts',
  files: ['electron/ssh/knownHosts.ts'],
  seeds: knownHostsSeeds,
  words: '@revoked @cert-authority |1| * ? ! , [ ]:22 ssh-ed25519 ssh-rsa # *a*a*a*a*a*a*a*a*a*a*a*a*b'.split(
    ' ',
  ),
  run: (input) => {
    const entries = parseKnownHosts(input.toString(), 'known_hosts');
    const verdicts = [HOST, '203.0.113.50', '[db.example]:2222'].map(
      (name) => judgeHostKey(entries, name, OFFERED).kind,
    );
    return { kind: entries.length > 0 ? 'passed' : 'refused', shape: `${entries.length} ${verdicts.join()}` };
  },
};

/** Frames, decoded as the agent does, in one piece and byte by byte: both must give the same. */
const frames: Target = {
  name: 'frames',
  files: ['shared/protocol/frames.ts', 'shared/protocol/protocol.ts', 'shared/secrets/secretJson.ts'],
  seeds: frameSeeds,
  words: [
    '"type"',
    '"request"',
    '"id"',
    '"params"',
    '"secret":"QUJD"',
    '\\"',
    '\u0000\u0000\u0000\u0001',
    '\u0001',
    '\u0002',
  ],
  run: (input) => {
    const whole = decode([Buffer.from(input)]);
    const bytewise = decode(Array.from(input, (byte) => Buffer.of(byte)));
    const same = isDeepStrictEqual(bytewise.frames.map(plain), whole.frames.map(plain));
    assertAlways(
      bytewise.end.shape === whole.end.shape && (same || whole.end.kind === 'refused'),
      'the cut of the bytes changes nothing',
    );
    return { kind: bytewise.frames.length > 0 ? 'passed' : 'refused', shape: shapeOfFrames(bytewise.frames) };
  },
};

function decode(chunks: readonly Uint8Array[]): { frames: Frame[]; end: Outcome } {
  const decoded: Frame[] = [];
  const decoder = createFrameDecoder({ takesSecrets: true });
  try {
    for (const chunk of chunks) decoded.push(...decoder(chunk));
    return { frames: decoded, end: { kind: 'passed', shape: '' } };
  } catch (error) {
    return { frames: decoded, end: refusal(['protocol-violation'], error) };
  }
}

/** Returns a frame that can be compared with one whose bytes are held differently. */
function plain(frame: Frame): unknown {
  return frame.kind === 'bytes' ? { ...frame, bytes: Array.from(frame.bytes) } : frame;
}

function shapeOfFrames(decoded: readonly Frame[]): string {
  return decoded
    .map((frame) => {
      if (frame.kind !== 'json') return 'bytes';
      const checked = toAgentSchema.safeParse(frame.value);
      return checked.success
        ? checked.data.type
        : checked.error.issues.map(({ path }) => path.join('.')).join('|');
    })
    .join();
}

/** The parsers of what the machine and the admin's computer keep, and of what travels between them. Makes their folders. */
export const storedTargets = (): readonly Target[] => [
  metadata(),
  sshConfig(),
  knownHosts,
  frames,
  eventLog(),
];
