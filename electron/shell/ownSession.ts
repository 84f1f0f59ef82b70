import type { ApiMethod, ApiParams, ApiResult, AppState } from '../../shared/api/api.ts';
import type { Settings } from '../../shared/api/apiModel.ts';
import { readAnswer } from '../../shared/api/readAnswer.ts';
import type { Application } from '../api/application.ts';

/** What the shell itself hears, for the tray and the notifications. */
interface OwnListeners {
  readonly state: (state: Pick<AppState, 'machines'>) => void;
  readonly settings: (settings: Settings) => void;
  /** The program asks a person something; somebody must be shown a window. */
  readonly asked: () => void;
}

/** The shell as one more window of the application. */
export interface OwnSession {
  /** Rejects with an AppError, as in every window. */
  readonly call: <M extends ApiMethod>(method: M, params: ApiParams<M>) => Promise<ApiResult<M>>;
  /** Nobody is there to answer: what waits for an answer is declined. */
  declinePrompts(): Promise<void>;
  close(): void;
}

/** Opens it and tells the listeners at once how things are. */
export async function openOwnSession(application: Application, listeners: OwnListeners): Promise<OwnSession> {
  const session = application.open({
    send: (event, payload) => {
      if (event === 'state.changed') listeners.state(application.snapshot());
      else if (event === 'settings.changed') listeners.settings(payload as Settings);
      else if (event === 'prompt.asked') listeners.asked();
      return Promise.resolve();
    },
  });
  const call: OwnSession['call'] = async (method, params) =>
    readAnswer(method, await application.dispatch(session, method, params));
  listeners.settings(await call('settings.get', {}));
  listeners.state(application.snapshot());
  return {
    call,
    declinePrompts: async () => {
      const { prompts } = await call('state.get', {});
      await Promise.all(prompts.map(({ prompt }) => call('prompt.answer', { prompt })));
    },
    close: () => session.close(),
  };
}
