import { startShell } from './shell/shell.ts';

/** The desktop app's entry, which Electron starts. The built files are in the folder of this file. */
startShell(import.meta.dirname);
