// On true files and a true socket: a small HTTP server stands for the daemon, a folder for the volume.

import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { listStates } from './inventory.ts';
import { dockerSocket, metadataFile } from '../paths.ts';

/** A network id for this test alone: other tests look at what listens on the addresses of the usual one. */
const NETWORK_ID = 962_816;

let repository: NativeRepository;
let daemon: Server;
/** The state of the daemon's one container, as its list has it. */
let container: { State: string; Status: string };

beforeEach(async () => {
  repository = makeRepository({
    Rediaccfile: '',
    'compose.yml': 'services: {api: {image: x}}',
    '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
  });
  const file = metadataFile(repository.machine.paths, repository.guid);
  const metadata = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...metadata, networkId: NETWORK_ID }));
  repository.flags.daemon = true;
  const socket = dockerSocket(NETWORK_ID);
  mkdirSync(dirname(socket), { recursive: true });
  rmSync(socket, { force: true });
  daemon = createServer((_request, response) => {
    const Labels = { 'com.docker.compose.service': 'api' };
    response.end(JSON.stringify([{ Id: 'abc', Names: ['/shop-api-1'], Image: 'x', Labels, ...container }]));
  }).listen(socket);
  await once(daemon, 'listening');
});
afterEach(() => {
  daemon.close();
  repository.remove();
});

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`a repository of which nothing runs, natively${skipped}`, () => {
  it.each([
    ['Exited (1) 2 minutes ago', 'degraded', 1],
    ['Exited (139) 2 minutes ago', 'degraded', 139],
    ['Exited (0) 2 minutes ago', 'daemon-up', 0],
    ['Exited (143) 3 weeks ago', 'daemon-up', 143],
  ])('after "%s" is %s', async (Status, state, exitCode) => {
    container = { State: 'exited', Status };
    expect(await listStates(repository.machine)).toMatchObject([
      { state, running: 0, services: [{ name: 'api', containers: [{ exitCode }] }] },
    ]);
  });
});
