/** What the tray says, and the window's quick menu, which shows the same list. */
export const shellEn = {
  tray: {
    title: '{name}: {state}',
    /** Name, state, and what choosing it does. */
    item: '{name}, {word}: {action}',
    /** Name and state, where there is nothing to do or more below it. */
    plain: '{name}, {word}',
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
};
