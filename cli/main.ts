import { processDependencies } from './processDependencies.ts';
import { runRdc } from './rdc.ts';

// A reader that closed the pipe (`rdc ... | head`) is no error; the operation on the machine goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const exit = await runRdc(process.argv.slice(2), processDependencies());
// Open connections must not keep the program alive, but all that was written has to reach its reader first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exit)));
