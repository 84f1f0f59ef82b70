import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Repository } from '../../shared/model.ts';
import type { LogSessions } from '../logs/sessions.ts';

/** The properties of every part of a repository's screen. */
export interface RepositoryProps {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly machine: MachineState;
  readonly repository: Repository;
}
