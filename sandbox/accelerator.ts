import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

export type Accelerator = 'kvm' | 'hvf' | 'tcg';

/**
 * Returns how QEMU can run the machine: kvm when the processor supports virtualisation and /dev/kvm may be opened (the
 * device alone says little, as inside many virtual machines it is there and does not work), hvf on a Mac with an Intel
 * processor, else plain emulation (tcg), which is some 80 times slower.
 */
export async function usableAccelerator(): Promise<Accelerator> {
  if (process.platform === 'darwin') return process.arch === 'x64' ? 'hvf' : 'tcg';
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'tcg';
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
    return /^flags\s*:.*\b(vmx|svm)\b/m.test(await readFile('/proc/cpuinfo', 'utf8')) ? 'kvm' : 'tcg';
  } catch {
    return 'tcg';
  }
}
