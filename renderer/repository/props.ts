import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Repository } from '../../shared/model.ts';
import type { Sessions } from '../logs/sessions.ts';

/** The properties of every part of a repository's screen. */
export interface RepositoryProps {
  readonly api: ApiClient;
  readonly sessions: Sessions;
  readonly machine: MachineState;
  readonly repository: Repository;
}
