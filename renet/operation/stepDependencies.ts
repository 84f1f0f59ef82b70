import type { AppError } from '../../shared/errors.ts';
import type { OperationHead } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { Verb } from '../../shared/verbs.ts';
import type { VerbOptions } from '../../shared/protocol/protocol.ts';
import type { FunctionTime } from '../functions/functionTime.ts';
import type { RunCommand } from '../host.ts';
import type { OperationLog } from './log/operationLog.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import type { Scope } from '../functions/scope.ts';

/** What the steps of one operation work with. */
export interface StepDependencies {
  operation: string;
  verb: Verb;
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
  /** fork: what it is a copy of. */
  parent: RepositoryMetadata | undefined;
  options: VerbOptions;
  owner: { uid: number; gid: number };
  /** The passphrase, for the steps that open or format. */
  secret: Uint8Array | undefined;
  /** passphrase-change: the new one. */
  newSecret: Uint8Array | undefined;
  log: OperationLog;
  notice: (notice: Notice) => void;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** The Rediaccfiles of the plan, in starting order. */
  files: readonly string[];
  /** Rediaccfiles that cannot be read or are not valid bash, and why; filled by the check. */
  broken: Map<string, AppError>;
  making: boolean;
  /** The time that the functions have. */
  time: FunctionTime;
}
