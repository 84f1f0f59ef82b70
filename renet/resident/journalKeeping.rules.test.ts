// On true files, operations and sockets: the journal that the agent keeps of a machine with a repository in a folder.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { arrival } from '../../tests/support/arrival.ts';
import { dockerDouble } from '../../tests/support/dockerDouble.ts';
import type { DockerDouble } from '../../tests/support/dockerDouble.ts';
import { giveNetworkId, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { readJournal } from '../journal/journalReader.ts';
import { createMachineJournal } from '../journal/machineJournal.ts';
import { createMachineWatch } from '../observe/watch.ts';
import { dockerSocket } from '../paths.ts';
import { keepJournal } from './journalKeeping.ts';

/** A network id for this test alone: other tests have daemons of their own. */
const NETWORK_ID = 965_440;

const api = {
  ...{ id: 'a'.repeat(64), name: 'shop-api-1', state: 'running', status: 'Up 14 seconds' },
  labels: { 'com.docker.compose.service': 'api' },
};

let repository: NativeRepository;
let daemon: DockerDouble;
beforeEach(async () => {
  repository = makeRepository({ 'compose.yml': 'services: {api: {image: x}}' });
  giveNetworkId(repository, NETWORK_ID);
  repository.flags.daemon = true;
  daemon = await dockerDouble(dockerSocket(NETWORK_ID), [api]);
});
afterEach(() => {
  daemon.close();
  repository.remove();
});

it('tells of a container that died while nobody watched, and once only over two lives of the agent', async () => {
  const { machine } = repository;
  /** Begins the keeping, as an agent does. */
  const keep = (): { looked: () => Promise<void>; end: () => Promise<void> } => {
    const journal = createMachineJournal(machine);
    let looks = 0;
    let wake: () => void = () => undefined;
    const counting = {
      ...journal,
      look: async (parts: Parameters<typeof journal.look>[0]) => {
        await journal.look(parts);
        looks += 1;
        wake();
      },
    };
    const stop = new AbortController();
    const kept = keepJournal(createMachineWatch(machine), counting, stop.signal);
    return {
      looked: async () => {
        const seen = looks;
        while (looks === seen)
          await arrival(
            'a look',
            new Promise<void>((resolve) => {
              wake = resolve;
            }),
          );
      },
      end: () => {
        stop.abort();
        return arrival('the end of the keeping', kept);
      },
    };
  };
  const told = async (): Promise<string[]> =>
    (await readJournal(machine.paths, {})).entries.map(({ kind, subject, ended }) =>
      [kind, subject.container, ended ? 'over' : 'on'].join(' '),
    );

  const first = keep();
  await first.looked();
  daemon.containers = [{ ...api, state: 'exited', status: 'Exited (3) 1 second ago', ended: [3] }];
  daemon.changed();
  // A busy computer tells of its load, too.
  while (!(await told()).includes('container-died shop-api-1 on')) await first.looked();
  await first.end();

  const second = keep();
  await second.looked();
  expect((await told()).filter((line) => line.startsWith('container-died'))).toEqual([
    'container-died shop-api-1 on',
  ]);
  daemon.containers = [{ ...api, startedAt: Date.now() }];
  daemon.changed();
  while (!(await told()).includes('container-died shop-api-1 over')) await second.looked();
  await second.end();
});
