import { killQemu } from './qemu.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does `work`, which starts a machine in `folder`. When it fails, or this process is told to end meanwhile, the machine
 * is stopped first, as it would otherwise run on in the background.
 */
export async function stoppedUnlessFinished<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = (signal: NodeJS.Signals): void => {
    // The listener is removed by now, so the signal ends this process.
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
