import { toAppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { VerbWithOptions } from '../../shared/verbs.ts';
import type { Agent } from '../agent.ts';
import { launch } from '../operation/start/launch.ts';
import { awaitVerdict } from '../operation/log/logReader.ts';
import { logFolder } from '../operation/log/operationLog.ts';

/** Writes a line to the machine's journal; the lines are English sentences for admins. */
export type Say = (line: string) => void;

/** The verb that boot or shutdown runs on each repository. */
export interface Turn {
  origin: 'boot' | 'shutdown';
  request: VerbWithOptions;
}

/** Starts the operation of one repository, unless it was started already, and waits for its end or for the signal. */
export async function takeTurn(
  agent: Agent,
  { origin, request }: Turn,
  { operation, repository }: { operation: string; repository: RepositoryMetadata },
  { say, signal }: { say: Say; signal: AbortSignal },
): Promise<void> {
  const { paths } = agent.machine;
  const { guid, name } = repository;
  const assignment = {
    operation,
    request: { ...request, repository: guid },
    by: origin,
    origin,
    guid,
    owner: { uid: 0, gid: 0 },
  };
  try {
    say(`${origin}: ${name} begins (${operation})`);
    await launch(paths, assignment, name, agent.detach, agent.program);
    const verdict = await awaitVerdict(paths, logFolder(paths, operation), signal);
    if (signal.aborted) return;
    const error = verdict?.error === undefined ? '' : `: ${verdict.error.message}`;
    say(`${origin}: ${name} ${verdict?.kind ?? 'lost'}${error}`);
  } catch (error) {
    say(`${origin}: ${name} failed: ${toAppError(error).message}`);
  }
}
