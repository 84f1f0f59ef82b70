// On true files, operations and sockets: the journal of a machine with a repository in a folder and a daemon's double.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { dockerDouble } from '../../tests/support/dockerDouble.ts';
import type { DockerDouble } from '../../tests/support/dockerDouble.ts';
import { giveNetworkId, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { describeAll } from '../observe/inventory.ts';
import { placedContainers } from '../observe/machineContainers.ts';
import { listOperations } from '../operation/knownOperations.ts';
import { dockerSocket } from '../paths.ts';
import { readJournal } from './journalReader.ts';
import { createMachineJournal } from './machineJournal.ts';

/** A network id for this test alone: other tests have daemons of their own. */
const NETWORK_ID = 964_160;

const api = {
  ...{ id: 'a'.repeat(64), name: 'shop-api-1', state: 'running', status: 'Up 14 seconds' },
  labels: { 'com.docker.compose.service': 'api' },
};

let repository: NativeRepository;
let daemon: DockerDouble;
beforeEach(async () => {
  repository = makeRepository({
    Rediaccfile: 'down() { :; }',
    'compose.yml': 'services: {api: {image: x}}',
    '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
  });
  giveNetworkId(repository, NETWORK_ID);
  repository.flags.daemon = true;
  daemon = await dockerDouble(dockerSocket(NETWORK_ID), [api]);
});
afterEach(() => {
  daemon.close();
  repository.remove();
});

it('tells what happened to a container and an operation once, and nothing of what the operation did', async () => {
  const { machine } = repository;
  const journal = createMachineJournal(machine);
  const look = async (): Promise<void> => {
    const operations = await listOperations(machine.paths, {});
    const described = await describeAll(machine, operations);
    const containers = placedContainers(described).map(({ container }) => container);
    await journal.look({ repositories: described.map((one) => one.repository), containers, operations });
  };
  const told = async (): Promise<string[]> =>
    (await readJournal(machine.paths, {})).entries.map(({ kind, subject, count, ended, details }) =>
      [kind, subject.container ?? details['verb'], details['exitCode'], count, ended ? 'over' : 'on'].join(
        ' ',
      ),
    );
  await look();
  daemon.containers = [{ ...api, state: 'exited', status: 'Exited (3) 1 second ago', ended: [3] }];
  await look();
  await look();
  expect(await told()).toEqual(['container-died shop-api-1 3 1 on']);
  daemon.containers = [{ ...api, restarts: 2, startedAt: Date.now(), ended: [4] }];
  await look();
  expect(await told()).toEqual(['container-died shop-api-1 4 3 over']);
  expect((await repository.run('down')).verdict?.kind).toBe('succeeded');
  daemon.containers = [{ ...api, restarts: 2, state: 'exited', status: 'Exited (1) 1 second ago' }];
  await look();
  await look();
  expect(await told()).toEqual(['container-died shop-api-1 4 3 over', 'operation-ended down  1 over']);
  expect(journal.problem()).toBeUndefined();
  await journal.close();
  // The keeper of another life knows all that.
  const next = createMachineJournal(machine);
  await next.look({});
  await next.close();
  expect(await told()).toHaveLength(2);
});
