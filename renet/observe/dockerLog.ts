import { createLogDecoder } from '../docker/engineApi.ts';
import type { LogFrame } from '../docker/engineApi.ts';
import { parseTime } from './logPlace.ts';

/** A frame of a log as Docker gives it, with the time at which its entry was written where that was asked for. */
export interface TimedFrame extends LogFrame {
  readonly time?: bigint;
}

/** A decoder of a log: it is called with each chunk and returns the frames that are now whole. `end`: those that are left. */
interface LogReader {
  add(chunk: Buffer): TimedFrame[];
  end(): TimedFrame[];
}

/** The words of a daemon that gives up on the log of a container with a terminal, which has no frames. */
const GIVEN_UP = /Error grabbing logs: [^\n]*\n$/;
/** The longest time that Docker writes, bytes, and the longest entry: it cuts longer lines. */
const LONGEST_TIME = 40;
const LONGEST_ENTRY = 16 * 1024;
const [SPACE, END_OF_LINE] = [32, 10];

/** Makes the decoder of a container's log. `timed`: each entry begins with its time. */
export function createDockerLogReader({ tty, timed }: { tty: boolean; timed: boolean }): LogReader {
  if (tty) return timed ? createTerminalReader() : { add: terminalFrames, end: () => [] };
  const decode = createLogDecoder();
  return { add: (chunk) => (timed ? decode(chunk).map(withTime) : decode(chunk)), end: () => [] };
}

function withTime(frame: LogFrame): TimedFrame {
  const { bytes } = frame;
  const space = bytes.subarray(0, LONGEST_TIME).indexOf(SPACE);
  const time = space < 0 ? undefined : parseTime(Buffer.from(bytes.subarray(0, space)).toString('latin1'));
  return time === undefined ? frame : { ...frame, bytes: bytes.subarray(space + 1), time };
}

function terminalFrames(chunk: Uint8Array): LogFrame[] {
  const text = Buffer.from(chunk).toString('latin1');
  const at = GIVEN_UP.exec(text)?.index ?? text.length;
  const frames = [{ bytes: chunk.subarray(0, at), isDaemons: false }];
  if (at < text.length) frames.push({ bytes: chunk.subarray(at), isDaemons: true });
  return frames;
}

/**
 * Makes the decoder of a terminal's log with times, which has no frames: an entry ends with its line, or after LONGEST_ENTRY
 * bytes, where the next one begins with its time again.
 */
function createTerminalReader(): LogReader {
  let rest = Buffer.alloc(0);
  const entry = (bytes: Buffer): TimedFrame[] => {
    const frame = withTime({ bytes, isDaemons: false });
    return frame.time === undefined ? terminalFrames(bytes) : [frame];
  };
  const lengthOfNext = (): number | undefined => {
    const line = rest.indexOf(END_OF_LINE) + 1;
    const longest = rest.indexOf(SPACE) + 1 + LONGEST_ENTRY;
    if (line > 0 && line <= longest) return line;
    // It may be a part of a line: what follows it tells.
    if (line === 0 && rest.length < longest + LONGEST_TIME) return undefined;
    const isPart = withTime({ bytes: rest.subarray(longest), isDaemons: false }).time !== undefined;
    return isPart || line === 0 ? longest : line;
  };
  return {
    add: (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const frames: TimedFrame[] = [];
      for (let length = lengthOfNext(); length !== undefined; length = lengthOfNext()) {
        frames.push(...entry(rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
      return frames;
    },
    end: () => (rest.length === 0 ? [] : entry(rest)),
  };
}
