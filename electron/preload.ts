import { contextBridge, ipcRenderer } from 'electron';
import { IPC } from './shell/ipcChannels.ts';
import type { ApiBridge, CallAnswer } from '../shared/api/apiWire.ts';

/** All that the window gets of the program: one way to call and one way to listen. It runs in the window's sandbox. */
const bridge: ApiBridge = {
  call: (method, params) => ipcRenderer.invoke(IPC.call, method, params) as Promise<CallAnswer>,
  listen: (listener) => {
    ipcRenderer.on(IPC.event, (_, number: unknown, event: string, payload: unknown) => {
      try {
        listener(event, payload);
      } finally {
        // The program sends no faster than the window takes. An event whose listener failed counts as taken too.
        ipcRenderer.send(IPC.taken, number);
      }
    });
    ipcRenderer.send(IPC.listen);
  },
};

contextBridge.exposeInMainWorld('rediacc', bridge);
