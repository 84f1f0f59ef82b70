/** What browser mode says on the terminal it was started from. */
export const hostEn = {
  noElectron: 'Electron does not start here, so the app opens in your browser: {reason}',
  tunnel: 'From your computer:  ssh -L {port}:127.0.0.1:{port} {account}',
  link: 'Then open (good once, for 60 seconds):  {url}',
  opened: 'The app is open in your browser.',
  openYourself: 'No browser could be opened. Open this file in yours within 60 seconds:  {file}',
  again: 'Press Enter for a new link, Ctrl+C to end. What runs on your machines goes on.',
};
