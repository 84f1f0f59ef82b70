import { AppError } from '../../shared/errors.ts';
import type { RunCommand } from '../host.ts';

/** The seconds after which a frozen file system is thawed, even if this process is gone. */
const THAW_SECONDS = 10;

/**
 * Does `work` while the file system mounted at `point` is frozen: nothing can be written to it, and what was written is
 * on disk. A systemd unit freezes it, and thaws it when the unit ends: when it is stopped here, or after ten seconds.
 * Throws step-failed when the ten seconds were over first, because writes may then have come in between. `id` makes the
 * unit's name.
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
    'LimitCORE=0',
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
