import { processDependencies } from './processDependencies.ts';
import { runRdc } from './rdc.ts';

/** The program: `rdc WORD...` in this process. */
// A reader that has gone (`rdc ... | head`) is no error; what runs on a machine goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const exit = await runRdc(process.argv.slice(2), processDependencies());
// Whatever is still open must not keep the program; what was written must get out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exit)));
