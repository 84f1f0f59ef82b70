/** The sentences of Electron's shell: tray (the window's quick menu is the same list), notifications, menu. */
export const shellEn = {
  tray: {
    title: '{name}: {state}',
    /** A name, its state, and what choosing it does. */
    item: '{name}, {word}: {action}',
    /** A name and its state, where there is nothing to do or more below it. */
    plain: '{name}, {word}',
    /** A state, with the services that crash again and again. */
    crashLoop: '{word} (crash loop: {services})',
    operation: '{working}: {repository} on {machine}',
    show: 'Show',
    open: 'Open the window',
    quit: 'Quit',
    noMachines: 'No machine yet',
    noRepositories: 'No repository yet',
    overall: {
      ok: 'all well',
      warn: 'something is degraded',
      fail: 'something has failed',
      idle: 'nothing runs',
      closed: 'everything is closed',
      stale: 'not all machines answer',
      busy: 'at work',
    },
  },
  notification: {
    title: '{repository}: {verdict}',
    body: '{verb} on {machine}',
    /** Something broke on one machine, or on several. */
    trouble: 'Trouble on {machine}',
    broke: '{count} things went wrong. The window lists them.',
  },
  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    roles: {
      quit: 'Quit',
      close: 'Close the window',
      undo: 'Undo',
      redo: 'Redo',
      cut: 'Cut',
      copy: 'Copy',
      paste: 'Paste',
      selectAll: 'Select all',
      resetZoom: 'Actual size',
      zoomIn: 'Larger',
      zoomOut: 'Smaller',
      togglefullscreen: 'Full screen',
      toggleDevTools: 'Developer tools',
      minimize: 'Minimize',
    },
  },
};
