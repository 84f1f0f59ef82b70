import type { AppError } from '../../shared/errors.ts';
import type { OperationHead } from '../../shared/model.ts';
import type { Notice, WireNotice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { FunctionTime } from '../functions/functionTime.ts';
import type { RunCommand } from '../host.ts';
import type { OperationLog } from './log/operationLog.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import type { Scope } from '../functions/scope.ts';
import type { Secrets } from './secrets.ts';

/**
 * The dependencies of the steps of every operation. The steps of a single verb get what else they need as arguments.
 */
export interface StepDependencies {
  operation: string;
  origin: OperationHead['origin'];
  /**
   * The name of whoever asked for the operation, as people are shown it: an account with its computer, or `boot`, or
   * `shutdown`.
   */
  by: string;
  /** The machine's host name, for messages. */
  hostname: string;
  machine: MachineDependencies;
  run: RunCommand;
  openScope: (name: string) => Scope;
  /** The folder for small files of functions; only root can read it, and it is removed when the operation ends. */
  workFolder: string;
  repository: RepositoryMetadata;
  /** The account that asked for the operation; a new repository's files belong to it. */
  owner: { uid: number; gid: number };
  secrets: Secrets;
  log: OperationLog;
  notice: (notice: Notice) => void;
  signal: AbortSignal;
  /** Returns milliseconds of a clock that nobody can set. */
  clock: () => number;
}

/** The dependencies of the steps that read Rediaccfiles and call their functions. */
export interface FunctionDependencies extends StepDependencies {
  /** The Rediaccfiles of the plan, in starting order. An `up --mount` sets them after it has mounted. */
  files: readonly string[];
  /** The notices of the plan, which no step tells again. Set with the files. */
  told: readonly WireNotice[];
  /** The Rediaccfiles that cannot be read or are not valid bash, each with its error; filled by the step `check`. */
  broken: Map<string, AppError>;
  /** The time that all functions of the operation have together. */
  time: FunctionTime;
}
