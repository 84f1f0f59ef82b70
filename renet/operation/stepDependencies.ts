import type { AppError } from '../../shared/errors.ts';
import type { OperationHead } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { FunctionTime } from '../functions/functionTime.ts';
import type { RunCommand } from '../host.ts';
import type { OperationLog } from './log/operationLog.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import type { Scope } from '../functions/scope.ts';
import type { Secrets } from './secrets.ts';

/** What the steps of every operation work with; what one verb needs beside it is given to its own steps. */
export interface StepDependencies {
  operation: string;
  origin: OperationHead['origin'];
  /** Who asked for it. */
  by: string;
  /** The machine's own name, for messages. */
  hostname: string;
  machine: MachineDependencies;
  run: RunCommand;
  openScope: (name: string) => Scope;
  /** A folder of root's alone, gone with the boot, for the functions' small files. */
  workFolder: string;
  repository: RepositoryMetadata;
  /** The account that asked, and owns what a create makes. */
  owner: { uid: number; gid: number };
  secrets: Secrets;
  log: OperationLog;
  notice: (notice: Notice) => void;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  clock: () => number;
}

/** What the steps that look at Rediaccfiles and call their functions need beside that. */
export interface FunctionDependencies extends StepDependencies {
  /** The Rediaccfiles of the plan, in starting order; an `up --mount` learns them on the way. */
  files: readonly string[];
  /** Rediaccfiles that cannot be read or are not valid bash, and why; filled by the check. */
  broken: Map<string, AppError>;
  /** The time that the functions have together. */
  time: FunctionTime;
}
