import { app } from 'electron';
import { AppError } from '../../shared/errors.ts';

/** The switches of Chromium that let another program look into the window and act in it. */
const DEBUGGING_SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address'];

/**
 * Refuses to run an installed app under a debugger: passphrases are typed into its window. Called before Electron is
 * ready, so that the switches are gone before Chromium looks at them. Returns the error to end with; undefined where
 * nobody asked for debugging, or where the app runs from its source.
 */
export function refuseDebugging(): AppError | undefined {
  if (!app.isPackaged) return undefined;
  const asked = DEBUGGING_SWITCHES.filter((name) => app.commandLine.hasSwitch(name));
  for (const name of asked) app.commandLine.removeSwitch(name);
  return asked[0] === undefined ? undefined : new AppError('debugging-refused', { switch: `--${asked[0]}` });
}
