import { AppError } from '../../shared/errors.ts';
import type { RunCommand } from '../host.ts';

/** Seconds after which a frozen file system is thawed, whatever has become of us. */
const THAW_SECONDS = 10;

/**
 * Does `work` while nothing can be written to the file system mounted at `point`, and what was written is on disk. A
 * unit of its own freezes it and thaws it when it ends: at our word, or after ten seconds. Throws step-failed when that
 * came first, because the work then saw writes; `id` makes the unit's name.
 */
export async function frozen(
  run: RunCommand,
  point: string,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  const unit = `rediacc-freeze-${id}.service`;
  const place = `"${point.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const properties = [
    'Type=exec',
    `ExecStartPre=/sbin/fsfreeze --freeze ${place}`,
    `ExecStopPost=/sbin/fsfreeze --unfreeze ${place}`,
  ];
  await run([
    ...['systemd-run', '--quiet', '--collect', `--unit=${unit}`],
    ...properties.flatMap((property) => ['-p', property]),
    ...['--', 'sleep', String(THAW_SECONDS)],
  ]);
  let held: boolean;
  try {
    await work();
    held = (await run(['systemctl', 'is-active', '--quiet', unit], { expected: [0, 3, 4] })).exitCode === 0;
  } finally {
    await run(['systemctl', 'stop', unit], { expected: [0, 5] });
  }
  if (!held) {
    throw new AppError('step-failed', {
      step: 'fsfreeze',
      reason: `the copy took longer than the ${THAW_SECONDS} s for which writes may be held`,
    });
  }
}
