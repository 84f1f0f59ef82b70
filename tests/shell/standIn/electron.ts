/**
 * A stand-in for Electron's main process, typed from its own electron.d.ts: what the shell uses of it and no more.
 * Tests run the shell's true files against it. These are stand-in runs: what only Electron itself can show is listed
 * in docs/unverified.md.
 */
export { app } from './app.ts';
export { ipcMain } from './ipcMain.ts';
export { protocol } from './protocol.ts';
export { records } from './state.ts';
export * from './system.ts';
export { BrowserWindow, screens } from './windows.ts';
