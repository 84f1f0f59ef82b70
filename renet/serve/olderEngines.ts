import { AppError } from '../../shared/errors.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import type { Agent } from '../agent.ts';
import { showOperation } from '../operation/knownOperations.ts';
import type { Handlers } from './handlerTypes.ts';

/**
 * The verbs that an engine of 0.1.0 knows. It cannot read an answer that has an operation of any other one
 * (docs/decisions/versions-side-by-side.md).
 */
const VERBS_OF_0_1_0: ReadonlySet<unknown> = new Set([
  'create',
  'mount',
  'unmount',
  'up',
  'down',
  'delete',
  'autostart-enable',
  'autostart-disable',
  'rename',
  'release-slot',
  'resize',
  'fork',
  'passphrase-change',
  'header-restore',
]);

/** Returns a message without the operations, in its lists and fields, whose verb an engine of 0.1.0 does not know. */
export function withoutNewVerbs(message: FromAgent): FromAgent {
  // What is left has the form of the message: operations stand in lists and in fields that may be absent.
  return without(message) as FromAgent;
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isOfNewVerb(one)).map(without);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => !isOfNewVerb(one));
  return Object.fromEntries(kept.map(([name, one]) => [name, without(one)]));
}

/** Returns whether this is an operation of a new verb. What an error says of one (`repository-busy`) is text, and stays. */
function isOfNewVerb(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'verb' in value && 'id' in value && 'repository' in value && !VERBS_OF_0_1_0.has(value.verb);
}

/** Returns the handlers for an engine of 0.1.0: an operation whose verb it does not know is not there for it. */
export function handlersForOlder({ machine }: Agent, handlers: Handlers): Handlers {
  const refuseNewVerb = async (id: string): Promise<void> => {
    // One that has not said yet what it is, or no longer can, is left to the handler.
    if (isOfNewVerb(await showOperation(machine.paths, id).catch(() => undefined)))
      throw new AppError('operation-not-found', { id });
  };
  return {
    ...handlers,
    'operation.show': async (params, streams) => {
      await refuseNewVerb(params.operation);
      return handlers['operation.show'](params, streams);
    },
    'operation.follow': async (params, streams) => {
      await refuseNewVerb(params.operation);
      return handlers['operation.follow'](params, streams);
    },
  };
}
