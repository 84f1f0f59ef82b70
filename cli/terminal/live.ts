import { once } from 'node:events';
import type { Audience } from '../globals.ts';
import type { Paint } from './paint.ts';
import { createScreen, oneRow } from './screen.ts';
import type { Output, RdcDependencies } from '../dependencies.ts';

/** What to show next: lines that stay, then lines that may still change, then where the operation is. */
export interface Shown {
  readonly finished: readonly string[];
  readonly changing: readonly string[];
  /** The last of those that change, when its end has not come: until then one row of it is enough. */
  readonly unended?: string;
  readonly progress?: string;
}

/** What is shown while a command runs. A promise resolves when more may be written. */
export interface Live {
  /** Lines for people. */
  show(shown: Shown): Promise<void>;
  /** A JSON line for programs that asked for events. */
  event(event: object): Promise<void>;
  /** A remark for people, on standard error. */
  note(line: string): void;
  /** Takes away what would stand in the way of what is printed next. */
  end(): void;
}

/** A chunk of output as an event: text where it is UTF-8, else base64. */
export function outputEvent(bytes: Uint8Array, position?: number): Readonly<Record<string, unknown>> {
  const place = position === undefined ? {} : { position };
  try {
    return { type: 'output', ...place, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { type: 'output', ...place, base64: Buffer.from(bytes).toString('base64') };
  }
}

/** Writes, and waits while the reader is slow: a flood is held up at its source. */
export async function write(output: Output, text: string | Uint8Array): Promise<void> {
  if (text.length > 0 && !output.write(text)) await once(output, 'drain');
}

/** Lines go to standard output; the line that says where the operation is, to a terminal only. */
export function createLive(
  { stdout, stderr }: Pick<RdcDependencies, 'stdout' | 'stderr'>,
  audience: Audience,
  paint: Paint,
): Live {
  const screen = createScreen(() => stdout.columns ?? 80);
  const painted = stdout.isTTY === true && audience === 'people';
  let progress: string | undefined;
  /** What may still change on the screen, whole. */
  let open: readonly string[] = [];

  const row = (line: string, { columns = 80 }: Output): string => oneRow(line, columns);
  const showProgress = (next: string | undefined): void => {
    if (next === progress || !stderr.isTTY) return;
    progress = next;
    stderr.write(`\r\u001b[K${next === undefined ? '' : paint.faint(row(next, stderr))}`);
  };

  return {
    async show(shown) {
      if (painted) {
        const { finished, changing, unended, progress: place } = shown;
        open = unended === undefined ? changing : [...changing, unended];
        const rows = [
          ...(unended === undefined ? [] : [row(unended, stdout)]),
          ...(place === undefined ? [] : [paint.faint(row(place, stdout))]),
        ];
        await write(stdout, screen.paint(finished, [...changing, ...rows]));
        return;
      }
      if (audience === 'people' && shown.finished.length > 0) {
        // The lines and the progress may share one terminal after all.
        showProgress(undefined);
        await write(stdout, shown.finished.map((line) => `${line}\n`).join(''));
      }
      showProgress(shown.progress);
    },
    event: (event) =>
      audience === 'lines' ? write(stdout, `${JSON.stringify(event)}\n`) : Promise.resolve(),
    note(line) {
      this.end();
      stderr.write(`${line}\n`);
    },
    end() {
      if (painted) stdout.write(screen.paint(open, []));
      else showProgress(undefined);
      open = [];
    },
  };
}
