import type { OptionsOf } from '../../../shared/verbs.ts';
import { reachOf } from '../../repository/allowed.ts';
import { writeMetadata } from '../../repository/repositories.ts';
import { checkOther } from '../planChecks.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { changed } from './perform.ts';
import type { Performers } from './perform.ts';

/** Returns the step that opens another repository's addresses to this one, or closes them. */
export function allowPerformers(
  dependencies: StepDependencies,
  options: OptionsOf<'allow'>,
): Performers<'allow'> {
  return { allow: async () => changed(await allow(dependencies, options)) };
}

/**
 * Notes in the metadata which repository is reached, and has the running daemon follow, also where an interrupted run
 * had noted it. Returns false when it was so already. Throws repository-not-found.
 */
async function allow(
  { machine, repository, notice }: StepDependencies,
  options: OptionsOf<'allow'>,
): Promise<boolean> {
  const { paths, daemons } = machine;
  const other = await checkOther(paths, repository, options);
  const { revoke = false } = options;
  const { allows: before = [], ...rest } = repository;
  // Its own addresses are open to it without being noted.
  if (other.guid === repository.guid) return false;
  const without = before.filter((guid) => guid !== other.guid);
  const allows = revoke ? without : [...without, other.guid];
  const isNew = before.includes(other.guid) === revoke;
  const metadata = { ...rest, ...(allows.length > 0 && { allows }) };
  if (isNew) await writeMetadata(paths, metadata);
  await daemons.setReach(repository, await reachOf(paths, metadata));
  if (isNew) {
    const code = revoke ? 'neighbour-revoked' : 'neighbour-allowed';
    notice({ code, details: { name: repository.name, other: other.name } });
  }
  return isNew;
}
