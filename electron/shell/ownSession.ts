import type { ApiMethod, ApiParams, ApiResult, AppState } from '../../shared/api/api.ts';
import type { Settings } from '../../shared/api/apiModel.ts';
import { readAnswer } from '../../shared/api/readAnswer.ts';
import type { Application } from '../api/application.ts';

/** The listeners of the shell itself, for the tray and the notifications. */
interface OwnListeners {
  readonly state: (state: Pick<AppState, 'machines'>) => void;
  readonly settings: (settings: Settings) => void;
  /** Called when the program asks a person a question, for which a window has to be shown. */
  readonly asked: () => void;
}

/** The shell's own session, which is to the application like one more window. */
export interface OwnSession {
  /** Calls a method. Rejects with an AppError, as calls of every window do. */
  readonly call: <M extends ApiMethod>(method: M, params: ApiParams<M>) => Promise<ApiResult<M>>;
  /** Declines all questions that wait for an answer, as no person is there to give one. */
  declinePrompts(): Promise<void>;
  close(): void;
}

/** Opens the shell's session, and calls the listeners at once with the settings and the state. */
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
