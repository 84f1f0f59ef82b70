// On true files: which addresses what runs for a repository reaches, and how one repository is allowed to reach another.

import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { reachProperties } from '../../shared/network/reach.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { execIn } from '../byHand/exec.ts';
import { stateOf } from '../observe/inventory.ts';
import { metadataFile, volumeFile } from '../paths.ts';
import { awaitVerdict } from './log/logReader.ts';
import { logFolder } from './log/operationLog.ts';
import { start } from '../serve/handlers.ts';

const OTHER = '99999999-9999-4999-8999-999999999999';

let repository: NativeRepository;
beforeEach(() => {
  repository = makeRepository({ Rediaccfile: 'up() { echo started; }\ndown() { echo stopped; }\n' });
  neighbour(2880);
});
afterEach(() => repository.remove());

/** Puts another repository beside the first one. */
function neighbour(networkId: number): void {
  const { paths } = repository.machine;
  const metadata = { guid: OTHER, name: 'db', networkId, created: '2026-01-02T00:00:00.000Z' };
  writeFileSync(volumeFile(paths, OTHER), '');
  writeFileSync(metadataFile(paths, OTHER), JSON.stringify(metadata));
}

const metadataOf = (guid: string): RepositoryMetadata =>
  JSON.parse(readFileSync(metadataFile(repository.machine.paths, guid), 'utf8')) as RepositoryMetadata;
const codes = (events: readonly { type: string }[]): unknown[] =>
  events.flatMap((event) => ('notice' in event ? [(event.notice as { code: string }).code] : []));

async function ended(operation: string): Promise<void> {
  const folder = logFolder(repository.machine.paths, operation);
  await awaitVerdict(repository.machine.paths, folder, new AbortController().signal);
}

/** Starts a verb as the engine does, and waits for its end. Returns the properties that its unit is given. */
async function unitOf(verb: 'up' | 'down' | 'unmount', of = 'shop'): Promise<readonly string[]> {
  let given: readonly string[] = [];
  const { detach } = repository.agent;
  const agent: typeof repository.agent = {
    ...repository.agent,
    detach: (unit, command, origin, properties = []) => {
      given = properties;
      return detach(unit, command, origin);
    },
  };
  const operation = randomUUID();
  await start(agent, { verb, repository: of, options: {}, operation, by: 'test' });
  await ended(operation);
  return given;
}

describe.skipIf(cgroupRoot() === undefined)(
  `neighbours, natively${cgroupRoot() === undefined ? ' (SKIPPED: needs root and cgroup v2)' : ''}`,
  () => {
    it('have addresses that neither the daemon nor functions nor terminals reach', async () => {
      const alone = reachProperties(2816, []);
      expect(await unitOf('up')).toEqual(alone);
      await repository.run('up');
      let entered: readonly string[] = [];
      const enter = async (_: number, reach: readonly string[]): Promise<void> => {
        entered = reach;
        return Promise.resolve();
      };
      expect(await execIn(repository.machine, 'shop', ['sh', '-c', 'exit 7'], enter)).toBe(7);
      expect([repository.flags.reach, entered, await unitOf('down')]).toEqual([alone, alone, alone]);
    });

    it.each([
      ['its volume’s file is gone', volumeFile, 2816],
      // No unit tells whose it is: the functions reach the machine's own addresses alone.
      ['its metadata are gone', metadataFile, 0],
    ])('are out of reach of the down of a damaged repository: %s', async (_, file, networkId) => {
      await repository.run('up');
      rmSync(file(repository.machine.paths, repository.guid));
      expect(await unitOf('down', repository.guid)).toEqual(reachProperties(networkId, []));
    });

    it('are reached by a command all the same where systemd cannot be asked', async () => {
      const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      onTestFinished(() => said.mockRestore());
      const enter = (): Promise<void> =>
        Promise.reject(new AppError('command-failed', { command: 'busctl', exitCode: 1, output: 'no bus' }));
      await repository.run('up');
      expect(await execIn(repository.machine, 'shop', ['sh', '-c', 'exit 7'], enter)).toBe(7);
      expect(String(said.mock.calls[0]?.[0])).toMatch(/^renet: .*no bus/);
    });

    it('do not concern what calls no function of the repository', async () => {
      expect(await unitOf('unmount')).toEqual([]);
    });

    it('are reached once they are allowed, at once by the running daemon, and no longer after --revoke', async () => {
      repository.flags.daemon = true;
      const both = reachProperties(2816, [2880]);
      const allowed = await repository.run('allow', { other: 'db' });
      expect([allowed.verdict?.kind, codes(allowed.events)]).toEqual(['succeeded', ['neighbour-allowed']]);
      expect([metadataOf(repository.guid).allows, repository.flags.reach]).toEqual([[OTHER], both]);
      expect(await unitOf('up')).toEqual(both);
      expect((await stateOf(repository.machine, 'shop')).allows).toEqual([{ guid: OTHER, name: 'db' }]);
      // Only in this direction.
      expect(metadataOf(OTHER).allows).toBeUndefined();
      const revoked = await repository.run('allow', { other: OTHER, revoke: true });
      expect(codes(revoked.events)).toEqual(['neighbour-revoked']);
      expect([metadataOf(repository.guid).allows, repository.flags.reach]).toEqual([
        undefined,
        reachProperties(2816, []),
      ]);
    });

    it('stay so when the network id is exchanged while the operation starts', async () => {
      const file = metadataFile(repository.machine.paths, repository.guid);
      const text = readFileSync(file, 'utf8');
      const { detach } = repository.agent;
      const agent: typeof repository.agent = {
        ...repository.agent,
        detach: (unit, command, origin) => {
          writeFileSync(file, text.replace('2816', '2944'));
          return detach(unit, command, origin);
        },
      };
      const up = {
        verb: 'up',
        repository: 'shop',
        options: {},
        operation: randomUUID(),
        by: 'test',
      } as const;
      await expect(start(agent, up)).rejects.toMatchObject({ code: 'changed-since-preview' });
      expect(repository.flags.daemon).toBe(false);
    });

    it('are allowed once, and only when they are there', async () => {
      await repository.run('allow', { other: 'db' });
      const again = await repository.run('allow', { other: OTHER });
      const own = await repository.run('allow', { other: 'shop' });
      expect([again.verdict?.kind, codes(again.events), own.verdict?.kind]).toEqual([
        'succeeded',
        [],
        'succeeded',
      ]);
      expect(metadataOf(repository.guid).allows).toEqual([OTHER]);
      await expect(repository.start('allow', { other: 'nobody' })).rejects.toMatchObject({
        code: 'repository-not-found',
      });
    });

    it('that are gone open nothing, are shown by their GUID, and can be revoked', async () => {
      await repository.run('allow', { other: 'db' });
      for (const file of [volumeFile, metadataFile]) rmSync(file(repository.machine.paths, OTHER));
      expect(await unitOf('up')).toEqual(reachProperties(2816, []));
      expect((await stateOf(repository.machine, 'shop')).allows).toEqual([{ guid: OTHER }]);
      expect((await repository.run('allow', { other: OTHER, revoke: true })).verdict?.kind).toBe('succeeded');
      expect(metadataOf(repository.guid).allows).toBeUndefined();
    });

    it('that have the network id of a third one open nothing of it', async () => {
      await repository.run('allow', { other: 'db' });
      // The id is noted as the first one's; the copy is not who was allowed.
      await repository.run('up');
      neighbour(2816);
      expect(await unitOf('up')).toEqual(reachProperties(2816, []));
    });

    it('are not inherited by a fork', async () => {
      await repository.run('allow', { other: 'db' });
      repository.flags.mounted = false;
      writeFileSync(volumeFile(repository.machine.paths, repository.guid), Buffer.alloc(1024 ** 2, 1));
      const operation = randomUUID();
      await start(repository.agent, {
        verb: 'fork',
        repository: 'shop',
        options: { tag: 'copy' },
        operation,
        by: 'test',
      });
      await ended(operation);
      expect(metadataOf(operation)).toMatchObject({ name: 'copy', parent: repository.guid });
      expect(metadataOf(operation).allows).toBeUndefined();
    });
  },
);
