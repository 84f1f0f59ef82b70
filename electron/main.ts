import { startShell } from './shell/shell.ts';

/** The desktop app: what Electron starts. What was built stands beside this file. */
startShell(import.meta.dirname);
