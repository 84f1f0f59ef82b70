import { openApp } from './openApp.ts';

/** `npm start`: builds, then opens the app in Electron or, where that does not start, in the browser. */
await import('./build.ts');
process.exitCode = await openApp();
