/** The sentences of browser mode, on the terminal it was started from. */
export const hostEn = {
  noElectron: 'Electron does not start here, so the app opens in your browser: {reason}',
  reasons: {
    absent: 'its program is not installed (npm ci without --ignore-scripts puts it there).',
    'not-built': 'this build has no desktop part.',
    'no-display': 'there is no display.',
    root: 'it does not run as root.',
    broken: 'its program does not start; libraries of the system may be missing.',
  },
  tunnel: 'From your computer:  ssh -L {port}:127.0.0.1:{port} {account}',
  link: 'Then open (good once, for 60 seconds):  {url}',
  opened: 'The app is open in your browser.',
  openYourself: 'No browser could be opened. Open this file in yours within 60 seconds:  {file}',
  entering: 'Opening Rediacc…',
  notOurs:
    'Rediacc does not answer here any longer, so this page leads nowhere. Press Enter in the terminal where it runs for a new link, or start it again.',
  again: 'Press Enter for a new link, Ctrl+C to end. What runs on your machines goes on.',
};
