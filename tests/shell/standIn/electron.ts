/**
 * A stand-in for Electron's main process, with the types of Electron's own electron.d.ts and only the parts that the
 * shell uses. Tests run the shell's true files against it. Facts that only Electron itself can show are listed in
 * docs/unverified.md.
 */
export { app } from './app.ts';
export { ipcMain } from './ipcMain.ts';
export { protocol } from './protocol.ts';
export { records } from './state.ts';
export * from './system.ts';
export { BrowserWindow, screens } from './windows.ts';
