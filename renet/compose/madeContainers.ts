import { HOSTS_TARGET } from '../../shared/compose/hostSettings.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { getJson } from '../docker/engineApi.ts';
import { hasCode } from '../host.ts';
import { dockerSocket } from '../paths.ts';

/** The part that is read of an entry of GET /containers/json (Docker Engine API v1.43). */
interface ListedContainer {
  Labels: Record<string, string>;
  Mounts?: { Source?: string; Destination?: string }[];
}

/** A container that Compose has made for a service, running or not. */
export interface MadeContainer {
  project: string;
  service: string;
  labels: Readonly<Record<string, string>>;
  /** The file that is mounted as its /etc/hosts; undefined where it has Docker's. */
  hosts: string | undefined;
}

/** How often a daemon that is too busy to answer is asked; each try takes up to ten seconds. */
const TRIES = 6;

/**
 * Lists the containers that Compose has made for services on a repository's daemon; none while it is down. Throws
 * containers-unknown when it does not answer for a minute.
 */
export async function madeContainers({
  name,
  networkId,
}: {
  name: string;
  networkId: number;
}): Promise<MadeContainer[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listMade(networkId);
    } catch (error) {
      if (tries < TRIES) continue;
      throw new AppError('containers-unknown', { name, reason: toAppError(error).message }, { cause: error });
    }
  }
}

async function listMade(networkId: number): Promise<MadeContainer[]> {
  try {
    const listed = (await getJson(dockerSocket(networkId), '/containers/json?all=1')) as ListedContainer[];
    return listed.flatMap(({ Labels: labels, Mounts = [] }) => {
      const [project, service] = ['project', 'service'].map((key) => labels[`com.docker.compose.${key}`]);
      if (project === undefined || service === undefined) return [];
      if (labels['com.docker.compose.oneoff'] === 'True') return [];
      const hosts = Mounts.find(({ Destination }) => Destination === HOSTS_TARGET)?.Source;
      return [{ project, service, labels, hosts }];
    });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ECONNREFUSED')) return [];
    throw error;
  }
}
