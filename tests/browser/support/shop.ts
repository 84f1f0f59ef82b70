import type { Link } from '../../support/link.ts';
import type { Before } from './app.ts';

/** A machine with one repository, `shop`, mounted and not started, behind a cable that can be cut. */
export interface Shop {
  readonly link: Link;
  /** The files of an app that knows this machine as "web". */
  readonly known: Before;
  /** Writes files into the repository. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/** Files of a repository whose Rediaccfiles act according to other files, which tests add. */
export const shopFiles = {
  Rediaccfile: `
    prep() { echo "root is prepared"; }
    up() { echo "root is up"; if [ -e slow ]; then sleep 1000; fi; }
    down() { echo "root is down"; }
  `,
  'api/Rediaccfile': `
    prep() { echo "looking for the image"; if [ -e ../broken ]; then echo "cannot find it"; return 3; fi; }
    up() { echo "api is up"; }
  `,
};
