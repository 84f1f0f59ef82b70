import { killQemu } from './qemu.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does `work`, which starts a machine in `folder` and is not finished before it comes back: when it fails, or this
 * process is told to end meanwhile, the machine is stopped first. It would run on for nobody, in the background.
 */
export async function stoppedUnlessFinished<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = (signal: NodeJS.Signals): void => {
    // The listener is gone by now, so the signal does what it does.
    void killQemu(folder).finally(() => process.kill(process.pid, signal));
  };
  for (const signal of signals) process.once(signal, stop);
  try {
    return await work();
  } catch (error) {
    await killQemu(folder);
    throw error;
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
  }
}
