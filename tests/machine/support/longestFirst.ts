import { basename } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** The groups of the machine tests, the one that takes longest first. */
const groups = [
  'autostart',
  'neighbours',
  'agent',
  'lifecycle',
  'forks',
  'setup',
  'bulk',
  'core',
  'wild',
  'firstRun',
  'keys',
  'secrets',
  'observe',
  'clock',
];

const turnOf = ({ moduleId }: TestSpecification): number => groups.indexOf(basename(moduleId, '.test.ts'));

/**
 * The order in which vitest starts the groups of the machine tests: the longest first. Two machines share the groups,
 * and a long group that begins last leaves one machine idle. Vitest itself knows lengths only where it has run before.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOnMachine = ({ project }: TestSpecification): boolean => project.name === 'machine';
    const ordered = sorted.filter(isOnMachine).sort((a, b) => turnOf(a) - turnOf(b));
    return sorted.map((file) => (isOnMachine(file) ? (ordered.shift() ?? file) : file));
  }
}
