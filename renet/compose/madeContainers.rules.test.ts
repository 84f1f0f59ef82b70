// On a true socket, where a double of the daemon answers.

import { afterEach, expect, it } from 'vitest';
import { dockerDouble } from '../../tests/support/dockerDouble.ts';
import type { DockerDouble } from '../../tests/support/dockerDouble.ts';
import { dockerSocket } from '../paths.ts';
import { madeContainers } from './madeContainers.ts';

const shop = { name: 'shop', networkId: 77_184 };
let daemon: DockerDouble | undefined;
afterEach(() => daemon?.close());

const labelsOf = (service: string, more: Record<string, string> = {}): Record<string, string> => ({
  'com.docker.compose.project': 'p',
  'com.docker.compose.service': service,
  ...more,
});

it('are those of services, running or not, each with its hosts file', async () => {
  expect(await madeContainers(shop)).toEqual([]);
  const container = { id: '1', name: 'x', state: 'exited', status: 'Exited (0)' };
  daemon = await dockerDouble(dockerSocket(shop.networkId), [
    { ...container, labels: labelsOf('api'), hosts: '/run/rediacc/77184/hosts/services' },
    { ...container, labels: labelsOf('web') },
    { ...container, labels: labelsOf('once', { 'com.docker.compose.oneoff': 'True' }) },
    { ...container },
  ]);
  expect(await madeContainers(shop)).toEqual([
    { project: 'p', service: 'api', labels: labelsOf('api'), hosts: '/run/rediacc/77184/hosts/services' },
    { project: 'p', service: 'web', labels: labelsOf('web'), hosts: undefined },
  ]);
});
