import type { Result } from '../../shared/protocol/answers.ts';
import type { CheckedParams, Method } from '../../shared/protocol/protocol.ts';
import type { Streams } from '../observe/streams.ts';

/** The handler of each request in shared/protocol. */
export type Handlers = {
  [M in Method]: (params: CheckedParams<M>, streams: Streams) => Promise<Result<M>>;
};
