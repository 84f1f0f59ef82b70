import { AppError, toWire } from '../../../shared/errors.ts';
import type { AutostartEntry, AutostartList } from '../../../shared/model.ts';
import { repository } from '../../rdc.fixtures.ts';

/** The pattern of the security note with the consent in it, on one line. */
export const NOTE =
  /Anybody with root access to the server can mount the repository without the passphrase.*agrees/;

/** Makes the entry of a repository that is not enabled, unless `more` says otherwise. */
export function entry(name: string, more: Partial<AutostartEntry> = {}): AutostartEntry {
  return { guid: repository.guid, name, enabled: false, problems: [], ...more };
}

/** Makes the list of a machine whose boot service is in place. */
export const list = (...repositories: AutostartEntry[]): AutostartList => ({ unit: {}, repositories });

/** The problem of a repository whose key file is gone. */
export const missing = toWire(new AppError('autostart-key-missing', { name: 'db', file: '/k/db.key' }));
