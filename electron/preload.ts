import { contextBridge, ipcRenderer } from 'electron';
import { IPC } from './shell/ipcChannels.ts';
import type { ApiBridge, CallAnswer } from '../shared/api/apiWire.ts';

/** All that the window gets of the program: one way to call, one way to hear. It runs in the window's sandbox. */
const bridge: ApiBridge = {
  call: (method, params) => ipcRenderer.invoke(IPC.call, method, params) as Promise<CallAnswer>,
  listen: (listener) => {
    ipcRenderer.on(IPC.event, (_, number: unknown, event: string, payload: unknown) => {
      try {
        listener(event, payload);
      } finally {
        // The program sends no faster than the window takes, and waits for nobody who has failed.
        ipcRenderer.send(IPC.taken, number);
      }
    });
    ipcRenderer.send(IPC.listen);
  },
};

contextBridge.exposeInMainWorld('rediacc', bridge);
