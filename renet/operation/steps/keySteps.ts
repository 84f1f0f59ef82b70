import { AppError } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import { measure } from '../../volume/headers.ts';
import { headerFile } from '../../paths.ts';
import { refuseOpenElsewhere } from '../../volume/volumes.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Changes the passphrase of a volume. */
export function passphraseSteps(work: StepDependencies): Performers<'change-passphrase'> {
  return { 'change-passphrase': async () => changed(await changePassphrase(work)) };
}

/** Puts a header back that was saved before. */
export function headerSteps(
  work: StepDependencies,
  { header }: OptionsOf<'header-restore'>,
): Performers<'check-header' | 'restore-header'> {
  return {
    'check-header': () => whenDone(checkHeader(work, header)),
    'restore-header': () => whenDone(restoreHeader(work, header)),
  };
}

/**
 * Puts a new passphrase in slot 0. A second try completes a change that was interrupted after the new one was in
 * place: what still opened by the old one is emptied. False: it was so already. Throws wrong-passphrase,
 * autostart-slot-needed.
 */
async function changePassphrase(work: StepDependencies): Promise<boolean> {
  const { repository, machine, secrets } = work;
  const { luks } = machine;
  const { name } = repository;
  const [passphrase, replacement] = [secrets.passphrase(), secrets.newPassphrase()];
  const slots = await luks.slots(repository);
  if (!slots.has('0')) throw new AppError('autostart-slot-needed', { name });
  if (!(await luks.opens(repository, '0', passphrase))) {
    if (!(await luks.opens(repository, '0', replacement))) throw new AppError('wrong-passphrase', { name });
    return emptyOthers(work, slots, passphrase);
  }
  if (Buffer.from(passphrase).equals(replacement)) return false;
  await luks.replace(repository, passphrase, replacement);
  if (!(await luks.opens(repository, '0', replacement))) {
    throw new AppError('step-failed', { step: 'cryptsetup luksChangeKey', reason: 'slot 0 does not open' });
  }
  const others = [...slots].filter((slot) => !['0', '1'].includes(slot)).join(', ');
  if (others !== '') work.notice({ code: 'other-key-slots', details: { name, slots: others } });
  return true;
}

type Header = OptionsOf<'header-restore'>['header'];

/**
 * Refuses a header that did not arrive whole, is none, or is another volume's; a volume may have lost its own. Throws
 * header-incomplete, not-a-header, header-of-another.
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

/** Puts the header back. Throws volume-open-elsewhere: whoever opened it would go on with other keys. */
async function restoreHeader({ machine, repository }: StepDependencies, { id }: Header): Promise<void> {
  const { paths, luks } = machine;
  await refuseOpenElsewhere(repository.name, luks.volumeOf(repository));
  await luks.restore(repository, headerFile(paths, id));
}

/** Empties the slots but 0 that open by this passphrase; the autostart key's never does. */
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
