import { AppError } from '../../shared/errors.ts';
import type { CheckedParams, Method } from '../../shared/protocol/protocol.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { isSilence, whileItAnswers } from '../silence.ts';
import type { Handlers } from './handlerTypes.ts';

/** The requests that only read, and take long enough to be shared by those who ask the same at the same time. */
const SHARED = [
  'machine.info',
  'machine.containers',
  'repository.list',
  'repository.status',
  'repository.slots',
  'repository.validate',
  'autostart.list',
  'autostart.verify',
  'operation.list',
] as const satisfies readonly Method[];

/** The other requests that read the datastore. Each has a turn among all connections', which a silent disk must not keep. */
const BOUNDED = [
  'operation.plan',
  'operation.show',
  'header.save',
  'containers.logs',
] as const satisfies readonly Method[];

type BoundedMethod = (typeof BOUNDED)[number];
type SharedMethod = (typeof SHARED)[number];

/** Reads for everybody who asks the same of a machine. */
interface SharedReads {
  /**
   * Reads, or waits for the reading that follows the one under way: what it tells is never older than the question. Rejects
   * with datastore-silent when the datastore does not answer, and at once while a reading waits for it.
   */
  ask<Result>(question: string, read: () => Promise<Result>): Promise<Result>;
  /** Reads for one alone; rejects as `ask` does. */
  askAlone<Result>(read: () => Promise<Result>): Promise<Result>;
}

/** Makes the shared reads of a machine. `answers`: resolves as the work does while a file system answers. */
export function createSharedReads(
  datastore: string,
  answers: typeof whileItAnswers = whileItAnswers,
): SharedReads {
  const underWay = new Map<string, { running: Promise<unknown>; next?: Promise<unknown> }>();
  /** The readings that are waited for, and those among them that wait for a disk that does not answer. */
  const awaited = new Set<Promise<unknown>>();
  const stuck = new Set<Promise<unknown>>();
  const begin = <Result>(question: string, read: () => Promise<Result>): Promise<Result> => {
    const running = read();
    const turn: { running: Promise<Result>; next?: Promise<Result> } = { running };
    underWay.set(question, turn);
    const end = (): void => {
      if (turn.next === undefined) underWay.delete(question);
    };
    running.then(end, end);
    return running;
  };
  const turnOf = <Result>(question: string, read: () => Promise<Result>): Promise<Result> => {
    // The same question has an answer of the same form.
    const turn = underWay.get(question) as { running: Promise<Result>; next?: Promise<Result> } | undefined;
    if (turn === undefined) return begin(question, read);
    const again = (): Promise<Result> => begin(question, read);
    turn.next ??= turn.running.then(again, again);
    return turn.next;
  };
  const ask = async <Result>(begins: () => Promise<Result>): Promise<Result> => {
    if (stuck.size > 0) throw new AppError('datastore-silent', { path: datastore });
    const answer = begins();
    const end = (): void => {
      awaited.delete(answer);
      stuck.delete(answer);
    };
    awaited.add(answer);
    answer.then(end, end);
    try {
      return await answers(datastore, answer);
    } catch (error) {
      if (isSilence(error) && awaited.has(answer)) stuck.add(answer);
      throw error;
    }
  };
  return { ask: (question, read) => ask(() => turnOf(question, read)), askAlone: ask };
}

/** The shared reads of each machine, which all its connections share. */
const readsOf = new WeakMap<MachineDependencies, SharedReads>();

/** Returns the handlers, those that only read shared by all who ask the same of the machine; none waits for a silent disk. */
export function sharingReads(machine: MachineDependencies, handlers: Handlers): Handlers {
  const reads = readsOf.get(machine) ?? createSharedReads(machine.paths.datastore);
  readsOf.set(machine, reads);
  const shared = <M extends SharedMethod>(method: M): Pick<Handlers, M> => {
    const handler: Handlers[M] = handlers[method];
    const sharing = (params: CheckedParams<M>, streams: Parameters<Handlers[M]>[1]) =>
      reads.ask(
        `${method} ${JSON.stringify(params)}`,
        () => handler(params, streams) as ReturnType<Handlers[M]>,
      );
    return { [method]: sharing } as Pick<Handlers, M>;
  };
  const bounded = <M extends BoundedMethod>(method: M): Pick<Handlers, M> => {
    const handler: Handlers[M] = handlers[method];
    const bounding = (params: CheckedParams<M>, streams: Parameters<Handlers[M]>[1]) =>
      reads.askAlone(() => handler(params, streams) as ReturnType<Handlers[M]>);
    return { [method]: bounding } as Pick<Handlers, M>;
  };
  return Object.assign({ ...handlers }, ...SHARED.map(shared), ...BOUNDED.map(bounded)) as Handlers;
}
