import { AppError } from '../../../shared/errors.ts';
import { AUTOSTART_SLOT, PASSPHRASE_SLOT } from '../../../shared/passphraseChange.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import { measure } from '../../volume/headers.ts';
import { headerFile } from '../../paths.ts';
import { refuseOpenElsewhere } from '../../volume/openElsewhere.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { orNotice } from './autostartSteps.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Returns the step that changes the passphrase of a volume. */
export function passphrasePerformers(dependencies: StepDependencies): Performers<'change-passphrase'> {
  return { 'change-passphrase': async () => changed(await changePassphrase(dependencies)) };
}

/** Returns the steps that put a saved header back. */
export function headerPerformers(
  dependencies: StepDependencies,
  { header }: OptionsOf<'header-restore'>,
): Performers<'check-header' | 'restore-header'> {
  return {
    'check-header': () => whenDone(checkHeader(dependencies, header)),
    'restore-header': () => whenDone(restoreHeader(dependencies, header)),
  };
}

/**
 * Puts a new passphrase in the old one's place, or completes a change that was interrupted. Notices name the keys that
 * neither opens, a passphrase that could not come into slot 0, and a note of autostart's that could not be written. Returns
 * false when there was nothing to do. Throws wrong-passphrase, key-slots-full.
 */
async function changePassphrase(dependencies: StepDependencies): Promise<boolean> {
  const { repository, machine, secrets, notice } = dependencies;
  const { luks, keys } = machine;
  const { name } = repository;
  const [passphrase, replacement] = [secrets.passphrase(), secrets.newPassphrase()];
  const {
    changed: something,
    opened,
    others,
  } = await luks.changePassphrase(repository, passphrase, replacement);
  // The passphrase is changed: what fails from here on is told, and fails no more.
  const slot1 = (await orNotice(dependencies, () => keys.facts(repository)))?.slot1;
  if (slot1 === 'key') await orNotice(dependencies, () => keys.claim(repository, replacement));
  const strangers = slot1 === 'unknown' ? others : others.filter((slot) => slot !== AUTOSTART_SLOT);
  if (!opened.includes(PASSPHRASE_SLOT)) {
    const details = { name, slots: opened.join(', '), file: luks.volumeOf(repository) };
    notice({ code: 'passphrase-elsewhere', details });
  }
  if (something && strangers.length > 0)
    notice({ code: 'other-key-slots', details: { name, slots: strangers.join(', ') } });
  return something;
}

type Header = OptionsOf<'header-restore'>['header'];

/**
 * Checks a header that is to be put back. Throws header-incomplete when it did not arrive whole, not-a-header, and
 * header-of-another when it is another volume's, as far as the volume still has a header to compare.
 */
async function checkHeader({ machine, repository }: StepDependencies, { id, sha256 }: Header): Promise<void> {
  const { paths, luks } = machine;
  const { name } = repository;
  const file = headerFile(paths, id);
  if ((await measure(file)).sha256 !== sha256) throw new AppError('header-incomplete');
  const found = await luks.uuid(file);
  if (found === undefined) throw new AppError('not-a-header', { file: name });
  const expected = await luks.uuid(luks.volumeOf(repository));
  if (expected !== undefined && expected !== found) {
    throw new AppError('header-of-another', { name, found, expected });
  }
}

/** Puts the header back. Throws volume-open-elsewhere: a volume that is open by hand would go on with other keys. */
async function restoreHeader({ machine, repository }: StepDependencies, { id }: Header): Promise<void> {
  const { paths, luks } = machine;
  await refuseOpenElsewhere(repository.name, luks.volumeOf(repository));
  await luks.restore(repository, headerFile(paths, id));
}
