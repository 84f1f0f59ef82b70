import { once } from 'node:events';
import type { Audience } from '../globals.ts';
import type { Paint } from './paint.ts';
import { createScreen, oneRow } from './screen.ts';
import type { Output, RdcDependencies } from '../dependencies.ts';

/** The lines to show next: those that stay, then those that may still change, then the progress of the operation. */
export interface Shown {
  readonly finished: readonly string[];
  readonly changing: readonly string[];
  /** The last line, while its line feed has not come; until then only one row of it is shown. */
  readonly unended?: string;
  readonly progress?: string;
}

/** The output while a command runs. Its promises resolve when more may be written. */
export interface Live {
  /** Shows lines to people. */
  show(shown: Shown): Promise<void>;
  /** Writes an event as a JSON line, for programs that asked for events. */
  event(event: object): Promise<void>;
  /** Writes a remark for people on standard error. */
  note(line: string): void;
  /** Takes the progress off the screen, so that other output can follow. */
  end(): void;
}

/** Makes the event of a chunk of output, with `text` where it is UTF-8, else with `base64`. */
export function outputEvent(bytes: Uint8Array, position?: number): Readonly<Record<string, unknown>> {
  const place = position === undefined ? {} : { position };
  try {
    return { type: 'output', ...place, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { type: 'output', ...place, base64: Buffer.from(bytes).toString('base64') };
  }
}

/** Writes, and waits while the reader is slow, so that a flood is held up at its source. */
export async function write(output: Output, text: string | Uint8Array): Promise<void> {
  if (text.length > 0 && !output.write(text)) await once(output, 'drain');
}

/**
 * Makes the output of a command: lines go to standard output, remarks to standard error. The progress is shown on a
 * terminal only.
 */
export function createLive(
  { stdout, stderr }: Pick<RdcDependencies, 'stdout' | 'stderr'>,
  audience: Audience,
  paint: Paint,
): Live {
  const screen = createScreen(() => stdout.columns ?? 80);
  const painted = stdout.isTTY === true && audience === 'people';
  let progress: string | undefined;
  /** The lines on the screen that may still change, in full length. */
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
        // Standard output may not be a terminal's, but the lines and the progress may still share one screen.
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
