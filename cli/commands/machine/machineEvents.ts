import { EXIT, fill } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/journal/entry.ts';
import { entryText } from '../../../shared/journal/entryText.ts';
import type { WireNotice } from '../../../shared/notices.ts';
import { plain } from '../../../shared/plain.ts';
import type { Answer, Call } from '../../call.ts';
import { connectionNotes } from '../../output/follow.ts';
import { noticeLine } from '../../output/labels.ts';
import { spanText, timeText } from '../../output/timeText.ts';
import { write } from '../../terminal/live.ts';
import type { MachineOption } from '../words.ts';

/** The options of `machine events`. */
export interface EventsOptions extends MachineOption {
  /** The age up to which entries are wanted, milliseconds. */
  readonly since?: number;
  readonly follow?: boolean;
}

/** The newest entries that are shown when no age is given, and the most that are shown of one. */
const NEWEST = 100;
const MOST = 10_000;

/** The lines of a container or of a step that people see below its entry. */
const LINES_SHOWN = 3;

/**
 * Tells what happened on a machine, as its journal has it: `machine events -m M [--since 8h] [--follow]`. With --follow it
 * goes on until Ctrl-C, and a program gets an entry a line.
 */
export async function printEvents(
  call: Call,
  name: string | undefined,
  { machine: machineName, since, follow = false }: EventsOptions,
): Promise<Answer> {
  const { dependencies, live } = call;
  const machine = await call.machine(machineName ?? name);
  const { engine } = await call.remote();
  const entries: JournalEntry[] = [];
  const notices: WireNotice[] = [];
  const stopped = new AbortController();
  const release = dependencies.onInterrupt(() => stopped.abort());
  const reader = {
    onEntry: async (entry: JournalEntry) => {
      if (!follow) entries.push(entry);
      else if (call.audience === 'document') await write(dependencies.stdout, `${JSON.stringify(entry)}\n`);
      else await live.show({ finished: entryLines(entry, call), changing: [] });
      await live.event({ type: 'entry', entry });
    },
    onNotice: (notice: WireNotice) => {
      if (follow) live.note(`! ${noticeLine(notice, call.text)}`);
      notices.push(notice);
    },
    onConnection: connectionNotes(call),
  };
  const request = {
    limit: since === undefined ? NEWEST : MOST,
    ...(since !== undefined && { since }),
    follow,
  };
  try {
    await engine.events(machine, request, reader, stopped.signal);
  } finally {
    release();
  }
  if (follow) return { exit: stopped.signal.aborted ? EXIT.cancelled : EXIT.succeeded };
  const sorted = entries.sort((a, b) => a.entry - b.entry);
  const nothing = fill(call.text.journal.none, { machine: machine.machine.name });
  return {
    document: { machine: machine.machine.name, entries: sorted, notices },
    lines: [
      ...(sorted.length === 0 ? [nothing] : sorted.flatMap((entry) => entryLines(entry, call))),
      ...notices.map((notice) => `! ${noticeLine(notice, call.text)}`),
    ],
  };
}

/** Returns the lines of an entry: when, how long, what, how often; what it wrote last; and what to do. */
function entryLines(entry: JournalEntry, call: Call): string[] {
  const { text, paint } = call;
  const { what, next } = entryText(entry, text);
  const times = entry.count > 1 ? ` (${fill(text.journal.times, { count: entry.count })})` : '';
  const when = whenText(entry, call).padEnd(WHEN_WIDTH);
  const lasted = durationText(entry, call).padEnd(LASTED_WIDTH);
  const lines = entry.level === 'ok' ? [] : (entry.lastLines ?? []).slice(-LINES_SHOWN);
  return [
    `${mark(entry, call)} ${when} ${lasted} ${what}${times}`,
    ...lines.map((line) => `  ${paint.faint('│')} ${plain(line)}`),
    ...(next === '' ? [] : [`  ${paint.bold('→')} ${next}`]),
  ];
}

/** The widths of the columns of when, and of how long. */
const WHEN_WIDTH = 26;
const LASTED_WIDTH = 18;

function mark({ level }: JournalEntry, { paint }: Call): string {
  switch (level) {
    case 'ok':
      return paint.faint('·');
    case 'warning':
      return paint.amber('!');
    case 'error':
    case 'critical':
      return paint.red('✗');
  }
}

/** Returns when an entry began, in this computer's time; "before" where nobody saw it begin. */
function whenText({ began }: JournalEntry, { text }: Call): string {
  const time = timeText(began.at);
  return began.uncertain === undefined ? time : fill(text.journal.before, { time });
}

/** Returns how long it lasted; nothing for what happened at one moment. */
function durationText(entry: JournalEntry, { text, dependencies }: Call): string {
  const { began, ended, milliseconds } = entry;
  if (ended === undefined)
    return fill(text.journal.goesOn, { span: spanText((dependencies.now() - began.at) / 1000, text) });
  return milliseconds === undefined || milliseconds < 1000 ? '' : spanText(milliseconds / 1000, text);
}
