import { ipcMain } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import type { ApiPayload } from '../../shared/api/api.ts';
import { IPC } from './ipcChannels.ts';
import type { CallAnswer } from '../../shared/api/apiWire.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import { isWindowUrl } from './windowUrl.ts';
import type { Application } from '../api/application.ts';
import type { Session } from '../api/windowSessions.ts';
import type { Sink } from '../api/sink.ts';

/** The way to the window's page. */
interface WindowLink {
  /** Tells the window what to show, or keeps it until the window has asked for the state and is able to show it. */
  show(what: ApiPayload<'app.show'>): void;
}

/** One page at the other end of the IPC. */
interface Page {
  readonly contents: WebContents;
  readonly session: Session;
  /** True once the page has the state and can be told what to show. */
  ready: boolean;
  /** Takes note that the page has taken the message with this number. */
  taken(number: unknown): void;
  close(): void;
}

/**
 * Answers the window over Electron's IPC. `isOwn`: returns whether these are the contents of the program's window.
 * Other callers, such as a frame inside it or a page that is not ours, are refused.
 */
export function serveIpc(application: Application, isOwn: (contents: WebContents) => boolean): WindowLink {
  let page: Page | undefined;
  let waiting: ApiPayload<'app.show'> | undefined;

  const isAllowed = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    senderFrame?.parent === null && isWindowUrl(senderFrame.url) && isOwn(sender);

  const tell = (): void => {
    if (!waiting || page?.ready !== true) return;
    page.session.tell('app.show', waiting);
    waiting = undefined;
  };

  ipcMain.on(IPC.listen, (event) => {
    if (!isAllowed(event)) return;
    // A page that was loaded again counts as a new one.
    page?.close();
    const opened = openPage(application, event.sender, () => {
      if (page === opened) page = undefined;
    });
    page = opened;
  });
  ipcMain.on(IPC.taken, (event, number: unknown) => {
    if (isAllowed(event) && event.sender === page?.contents) page.taken(number);
  });
  ipcMain.handle(IPC.call, async (event, method: unknown, params: unknown): Promise<CallAnswer> => {
    if (!isAllowed(event)) return refusal('not-permitted', 'This page may not call the app');
    if (event.sender !== page?.contents || typeof method !== 'string')
      return refusal('bad-arguments', 'A call without a method, or before the window listens');
    const caller = page;
    const answer = await application.dispatch(caller.session, method, params);
    if (method === 'state.get') {
      caller.ready = true;
      // The answer has to leave first, so that the window has the state when it is told what to show.
      setImmediate(tell);
    }
    return answer;
  });

  return {
    show: (what) => {
      waiting = what;
      tell();
    },
  };
}

function refusal(code: 'not-permitted' | 'bad-arguments', reason: string): CallAnswer {
  return { ok: false, error: toWire(new AppError(code, { reason })) };
}

/** Makes a page for contents that listen now. `closed` is called once, when the page is gone or was replaced. */
function openPage(application: Application, contents: WebContents, closed: () => void): Page {
  const { sink, taken, end } = createSink(contents);
  const session = application.open(sink);
  const close = (): void => {
    contents.off('destroyed', close);
    contents.off('render-process-gone', close);
    session.close();
    end();
    closed();
  };
  contents.on('destroyed', close);
  contents.on('render-process-gone', close);
  return { contents, session, ready: false, taken, close };
}

/** Makes the sink of a page. A message counts as sent when the page has taken it, or is gone (`end`). */
function createSink(contents: WebContents): {
  readonly sink: Sink;
  readonly taken: (number: unknown) => void;
  readonly end: () => void;
} {
  const untaken = new Map<unknown, () => void>();
  let next = 0;
  let ended = false;
  const taken = (number: unknown): void => {
    untaken.get(number)?.();
    untaken.delete(number);
  };
  return {
    sink: {
      send: (event, payload) => {
        if (ended) return Promise.resolve();
        const number = next++;
        return new Promise((resolve) => {
          untaken.set(number, resolve);
          contents.send(IPC.event, number, event, payload);
        });
      },
    },
    taken,
    end: () => {
      ended = true;
      for (const number of untaken.keys()) taken(number);
    },
  };
}
