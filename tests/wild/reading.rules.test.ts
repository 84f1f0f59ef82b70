// Compose files as people publish them: what `docker compose config --services` says of each, 2.26.1 and 2.40.3.

import { afterEach, describe, expect, it } from 'vitest';
import { gatherServices, projectReader } from '../../renet/compose/composeFiles.ts';
import { listRepositoryFolders } from '../../renet/repository/folders.ts';
import { makeRepository } from '../support/nativeRepository.ts';
import type { NativeRepository } from '../support/nativeRepository.ts';
import { wildCase } from '../support/wildCase.ts';

const repositories: NativeRepository[] = [];
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Returns the services that get a slot in this repository. */
async function slotsOf(files: Record<string, string>): Promise<string[]> {
  const { root } = repositoryWith(files);
  return (await gatherServices(projectReader(), root, await listRepositoryFolders(root))).services;
}

function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}

describe('compose files as people write them', () => {
  it.each<[string, string[]]>([
    ['08-service-named-x', ['web', 'x-panel']],
    [
      '09-many-uses-of-anchors',
      ['edge', 'front', ...Array.from({ length: 36 }, (_, n) => `worker${String(n).padStart(2, '0')}`)],
    ],
    ['11-explicit-merge-tag', ['api', 'db']],
    ['12-closing-quote-at-key', ['job']],
    ['13-closing-bracket-items-at-key', ['job', 'other']],
    ['16-dotenv-is-a-folder', ['api']],
    ['17-dotenv-bom', ['api', 'worker']],
    ['19-include-by-repository-path', ['api', 'cache']],
    ['32-network-of-an-idle-profile', ['api', 'inspector']],
    ['37-brace-closes-at-key', ['api', 'db']],
  ])('%s', async (name, services) => {
    expect(await slotsOf(wildCase(name))).toEqual(services);
  });
});
