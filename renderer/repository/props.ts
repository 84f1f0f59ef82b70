import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Repository } from '../../shared/model.ts';
import type { Sessions } from '../logs/sessions.ts';

/** What every part of a repository's screen works with. */
export interface RepositoryProps {
  readonly api: ApiClient;
  readonly sessions: Sessions;
  readonly machine: MachineState;
  readonly repository: Repository;
}
