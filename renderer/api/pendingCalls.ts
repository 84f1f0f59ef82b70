import { fromWire } from '../../shared/errors.ts';
import type { AppError, WireError } from '../../shared/errors.ts';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** The calls of a socket that have no answer yet. */
export interface PendingCalls {
  /** Sends a call under a number of its own, or keeps it until `release` while `ready` is false. */
  add(send: (id: number) => void, ready: boolean): Promise<unknown>;
  /** Sends the calls that were kept. */
  release(): void;
  answer(id: number, result: unknown): void;
  refuse(id: number, error: WireError): void;
  /** Rejects every call, sent or kept. */
  rejectAll(error: AppError): void;
}

/** Creates a list of calls, which is empty at first. An answer to a call that is not in it is ignored. */
export function createPendingCalls(): PendingCalls {
  const sent = new Map<number, Pending>();
  const kept: (Pick<Pending, 'reject'> & { go: () => void })[] = [];
  let nextId = 0;
  const take = (id: number): Pending | undefined => {
    const call = sent.get(id);
    sent.delete(id);
    return call;
  };
  return {
    add: (send, ready) =>
      new Promise((resolve, reject) => {
        const go = (): void => {
          const id = nextId++;
          sent.set(id, { resolve, reject });
          send(id);
        };
        if (ready) go();
        else kept.push({ go, reject });
      }),
    release: () => {
      for (const { go } of kept.splice(0)) go();
    },
    answer: (id, result) => take(id)?.resolve(result),
    refuse: (id, error) => take(id)?.reject(fromWire(error)),
    rejectAll: (error) => {
      for (const { reject } of sent.values()) reject(error);
      sent.clear();
      for (const { reject } of kept.splice(0)) reject(error);
    },
  };
}
