import type * as Electron from 'electron';
import { records } from './state.ts';

class StandInProtocol {
  #handler: ((request: Request) => Promise<Response>) | undefined;
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    records.schemes = schemes;
  }
  handle(_scheme: string, handler: (request: Request) => Promise<Response>): void {
    this.#handler = handler;
  }
  async serve(url: string, method = 'GET'): Promise<Response> {
    if (!this.#handler) throw new Error('Nothing is served');
    return this.#handler(new Request(url, { method }));
  }
}
export const protocol = new StandInProtocol();
