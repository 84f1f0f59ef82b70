import { AppError } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import { measure } from '../../volume/headers.ts';
import { headerFile } from '../../paths.ts';
import { refuseOpenElsewhere } from '../../volume/openElsewhere.ts';
import type { StepDependencies } from '../stepDependencies.ts';
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
 * Puts a new passphrase into slot 0. If an earlier try was interrupted after that, this one empties the slots that the
 * old passphrase still opens. Returns false when there was nothing to do. Throws wrong-passphrase,
 * autostart-slot-needed.
 */
async function changePassphrase(dependencies: StepDependencies): Promise<boolean> {
  const { repository, machine, secrets } = dependencies;
  const { luks } = machine;
  const { name } = repository;
  const [passphrase, replacement] = [secrets.passphrase(), secrets.newPassphrase()];
  const slots = await luks.slots(repository);
  if (!slots.has('0')) throw new AppError('autostart-slot-needed', { name });
  if (!(await luks.opens(repository, '0', passphrase))) {
    if (!(await luks.opens(repository, '0', replacement))) throw new AppError('wrong-passphrase', { name });
    return emptyOthers(dependencies, slots, passphrase);
  }
  if (Buffer.from(passphrase).equals(replacement)) return false;
  await luks.replace(repository, passphrase, replacement);
  if (!(await luks.opens(repository, '0', replacement))) {
    throw new AppError('step-failed', { step: 'cryptsetup luksChangeKey', reason: 'slot 0 does not open' });
  }
  const others = [...slots].filter((slot) => !['0', '1'].includes(slot)).join(', ');
  if (others !== '') dependencies.notice({ code: 'other-key-slots', details: { name, slots: others } });
  return true;
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

/**
 * Empties the slots, except 0, that a passphrase opens; no passphrase opens the autostart key's slot. Returns true when
 * it emptied one.
 */
async function emptyOthers(
  { repository, machine: { luks } }: StepDependencies,
  slots: ReadonlySet<string>,
  passphrase: Uint8Array,
): Promise<boolean> {
  let emptied = false;
  for (const slot of slots) {
    if (slot === '0' || !(await luks.opens(repository, slot, passphrase))) continue;
    await luks.killSlot(repository, slot);
    emptied = true;
  }
  return emptied;
}
