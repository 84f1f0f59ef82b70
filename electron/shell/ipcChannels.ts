/** The channels of Electron's IPC. `taken`: the window has taken the event with this number and can take more. */
export const IPC = {
  call: 'rediacc:call',
  event: 'rediacc:event',
  listen: 'rediacc:listen',
  taken: 'rediacc:taken',
} as const;
