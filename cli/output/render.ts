import { assertNever, fill, fromWire, describeError } from '../../shared/errors.ts';
import type { OperationEvent, Step, StepResult } from '../../shared/model.ts';
import { progressText } from '../../shared/text/progressText.ts';
import type { Text } from '../../shared/text/text.ts';
import { noticeLine, stepLabel } from './labels.ts';
import { createLineModel } from '../terminal/lineModel.ts';
import type { Shown } from '../terminal/live.ts';
import { plain } from '../../shared/plain.ts';
import type { Paint } from '../terminal/paint.ts';
import { verdictLines } from './verdictLines.ts';

/** Turns the log of an operation into lines for people; the same events and bytes always give the same lines. */
interface Renderer {
  event(event: OperationEvent): Shown;
  output(bytes: Uint8Array): Shown;
}

interface RenderOptions {
  readonly text: Text;
  readonly paint: Paint;
  /**
   * True for a real terminal, where lines show at once and may change. Elsewhere each line is told once, and a line
   * that a program draws over again and again is told as it was at the end.
   */
  readonly terminal: boolean;
}

/** Makes the renderer of one operation; before each line of output stand the Rediaccfile and function it comes from. */
export function createRenderer(options: RenderOptions): Renderer {
  const { terminal } = options;
  const output = createOutputLines(terminal);
  const teller = createTeller(options);
  const show = (finished: string[], open: Open = { changing: [] }): Shown => {
    const progress = teller.progress();
    return { finished, ...open, ...(progress !== undefined && { progress }) };
  };
  return {
    event(event) {
      // Output that was written before the event belongs before its line.
      const before = output.end(teller.prefix());
      return show([...before, ...teller.tell(event)]);
    },
    output(bytes) {
      const prefix = teller.prefix();
      const finished = output.write(bytes, prefix);
      return show(finished, terminal ? output.open(prefix) : undefined);
    },
  };
}

/** The lines that a program may still change. */
type Open = Pick<Shown, 'changing' | 'unended'>;

/** Turns the output of functions into lines, each behind a prefix. */
function createOutputLines(terminal: boolean) {
  const decoder = new TextDecoder();
  const model = createLineModel(undefined, terminal);
  /** Without a terminal: the lines that can still change, as they were told. */
  let told: string[] = [];

  const finished = (): string[] => {
    const lines = model.takeFinished();
    const before = told.splice(0, lines.length);
    return lines.filter((line, at) => terminal || line !== before[at]);
  };
  const fresh = (): string[] => {
    if (terminal || model.redrawing) return [];
    const whole = model.ended();
    const untold = whole.slice(told.length);
    told = whole;
    return untold;
  };
  const behind = (prefix: string, lines: string[]): string[] => lines.map((line) => prefix + line);

  return {
    write(bytes: Uint8Array, prefix: string): string[] {
      model.write(decoder.decode(bytes, { stream: true }));
      return behind(prefix, [...finished(), ...fresh()]);
    },
    open(prefix: string): Open {
      const unended = model.unended();
      return {
        changing: behind(prefix, model.ended()),
        ...(unended !== '' && { unended: prefix + unended }),
      };
    },
    end(prefix: string): string[] {
      model.write(decoder.decode());
      model.finish();
      const lines = finished();
      told = [];
      return behind(prefix, lines);
    },
  };
}

/** Says events in words, and keeps the operation's progress and the prefix of its output. */
function createTeller({ text, paint }: RenderOptions) {
  const sources: string[] = [];
  let prefix = '';
  let progress: string | undefined;
  /** The number and name of the step that runs, without how far that step is. */
  let running = '';
  let total = 0;
  let startedAt = 0;

  const begin = (step: Step): void => {
    const label = stepLabel(step, text);
    running = fill(text.cli.progress, {
      step: step.index + 1,
      total: Math.max(total, step.index + 1),
      label,
    });
    progress = running;
    const source = step.kind === 'function' ? plain(`${step.file} ${step.function}`) : label;
    if (!sources.includes(source)) sources.push(source);
    prefix = `${paint.source(sources.indexOf(source), `${source} │`)} `;
  };

  const tell = (event: OperationEvent): string[] => {
    switch (event.type) {
      case 'started': {
        startedAt = event.at;
        const { id, verb, repository } = event.operation;
        return [paint.bold(fill(text.cli.started, { id, verb, repository: plain(repository.name) }))];
      }
      case 'plan':
        total = event.plan.steps.length;
        return event.plan.notices.map((notice) => paint.amber(`! ${noticeLine(notice, text)}`));
      case 'step-started':
        begin(event.step);
        return [];
      case 'step-ended':
        progress = undefined;
        return resultLines(event.result, text, paint);
      case 'progress':
        progress = `${running}: ${progressText(event, text)}`;
        return [];
      case 'notice':
        return [paint.amber(`! ${noticeLine(event.notice, text)}`)];
      case 'verdict':
        progress = undefined;
        return verdictLines(event.verdict, { text, paint, milliseconds: event.at - startedAt });
      default:
        return assertNever(event);
    }
  };

  return { tell, prefix: () => prefix, progress: () => progress };
}

function resultLines(result: StepResult, text: Text, paint: Paint): string[] {
  const label = stepLabel(result.step, text);
  switch (result.outcome) {
    case 'succeeded':
      return [`${paint.green('✓')} ${label}`];
    case 'already':
      return [`${paint.green('✓')} ${label} ${paint.faint(text.cli.already)}`];
    case 'not-defined':
      return [];
    case 'cancelled':
      return [`${paint.amber('■')} ${label}: ${text.verdicts.cancelled}`];
    case 'failed': {
      const reason = result.error && plain(describeError(fromWire(result.error), text).message);
      return [`${paint.red('✗')} ${label}: ${reason ?? text.verdicts.failed}`];
    }
    default:
      return assertNever(result.outcome);
  }
}
