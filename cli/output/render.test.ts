import { describe, expect, test } from 'vitest';
import type { OperationEvent, Step, Verdict } from '../../shared/model.ts';
import { en } from '../../shared/text/en/en.ts';
import { createPaint } from '../terminal/paint.ts';
import { createRenderer } from './render.ts';
import type { Shown } from '../terminal/live.ts';

const guid = '11111111-1111-4111-8111-111111111111';
const repository = { guid, name: 'webapp' };
const daemon: Step = { index: 0, kind: 'daemon-start', onFailure: 'stop' };
const prep: Step = { index: 1, kind: 'function', onFailure: 'stop', file: 'Rediaccfile', function: 'prep' };
const upApi: Step = {
  index: 2,
  kind: 'function',
  onFailure: 'continue',
  file: 'api/Rediaccfile',
  function: 'up',
};
const steps = [daemon, prep, upApi];

/** An event without the fields that give its place in the log. */
type Body<T = OperationEvent> = T extends unknown ? Omit<T, 'n' | 'at' | 'output'> : never;

/** Renders an operation, given as its events and as the output (strings) between them. */
function show(parts: readonly (Body | string)[], terminal: boolean): Shown[] {
  const renderer = createRenderer({ text: en, paint: createPaint(terminal), terminal });
  let n = -1;
  return parts.map((part) => {
    if (typeof part === 'string') return renderer.output(Buffer.from(part));
    n += 1;
    return renderer.event({ ...part, n, at: n * 1000, output: 0 });
  });
}

const finished = (parts: readonly (Body | string)[], terminal = false) =>
  show(parts, terminal).flatMap((shown) => shown.finished);

const started: Body = {
  type: 'started',
  operation: { id: guid, verb: 'up', repository, origin: 'person', by: 'ann@desk', startedAt: 0 },
};
const plan: Body = { type: 'plan', plan: { verb: 'up', repository, steps, complete: true, notices: [] } };
const begins = (step: Step): Body => ({ type: 'step-started', step });
const ends = (step: Step): Body => ({ type: 'step-ended', result: { step, outcome: 'succeeded' } });
const verdict = (value: Partial<Verdict> & Pick<Verdict, 'kind'>): Body => ({
  type: 'verdict',
  verdict: { failures: [], notRun: [], ...value },
});

test('off a terminal: every line once, by its source, without colours', () => {
  expect(
    finished([
      started,
      plan,
      begins(daemon),
      ends(daemon),
      begins(prep),
      'Pulling \u001b[32mlatest\u001b[0m images...\r\nhalf',
      ' a line\n',
      ends(prep),
      begins(upApi),
      'no line end',
      ends(upApi),
      verdict({ kind: 'succeeded' }),
    ]),
  ).toEqual([
    `up of webapp (operation ${guid})`,
    '✓ Start the Docker daemon',
    'Rediaccfile prep │ Pulling latest images...',
    'Rediaccfile prep │ half a line',
    '✓ prep of Rediaccfile',
    'api/Rediaccfile up │ no line end',
    '✓ up of api/Rediaccfile',
    '✓ succeeded after 8 s',
  ]);
});

test('off a terminal a line is told as soon as it has ended, not when the next one comes', () => {
  const shown = show([started, plan, begins(prep), 'whole\r\n', 'hal', 'f\r\n'], false);
  expect(shown.slice(3).map((one) => one.finished)).toEqual([
    ['Rediaccfile prep │ whole'],
    [],
    ['Rediaccfile prep │ half'],
  ]);
});

test('off a terminal a progress bar is told as it began and as it was left', () => {
  const bar = [
    'one\ntwo\nthree\n',
    '\u001b[3A',
    'ONE\nTWO\nthree\n',
    '\u001b[3A\u001b[2K1\n\u001b[2K2\nthree\n',
  ];
  expect(finished([begins(prep), ...bar, ends(prep)])).toEqual([
    'Rediaccfile prep │ one',
    'Rediaccfile prep │ two',
    'Rediaccfile prep │ three',
    'Rediaccfile prep │ 1',
    'Rediaccfile prep │ 2',
    '✓ prep of Rediaccfile',
  ]);
});

test('on a terminal: unfinished lines at once, in colour, and where the operation is', () => {
  const shown = show([started, plan, begins(upApi), ' 10%', '\r 50%\nnext', ends(upApi)], true);
  const prefix = '\u001b[36mapi/Rediaccfile up │\u001b[0m ';
  const progress = 'step 3 of 3: up of api/Rediaccfile';
  expect(shown.slice(2)).toEqual([
    { finished: [], changing: [], progress },
    { finished: [], changing: [], unended: `${prefix} 10%`, progress },
    { finished: [], changing: [`${prefix} 50%`], unended: `${prefix}next`, progress },
    {
      finished: [`${prefix} 50%`, `${prefix}next`, '\u001b[32m✓\u001b[0m up of api/Rediaccfile'],
      changing: [],
    },
  ]);
});

test('a flood reaches the reader whole and in order', () => {
  const numbers = Array.from({ length: 5000 }, (_, at) => String(at));
  const flood = finished([begins(prep), `${numbers.join('\n')}\n`, ends(prep)]);
  expect(flood).toEqual([...numbers.map((line) => `Rediaccfile prep │ ${line}`), '✓ prep of Rediaccfile']);
});

test('off a terminal a flood without a line feed is told as it comes, and whole', () => {
  const chunk = 'x'.repeat(100_000);
  const shown = show([begins(prep), ...Array.from({ length: 100 }, () => chunk), ends(prep)], false);
  const told = shown.map(({ finished: lines }) =>
    lines.filter((line) => line.startsWith('Rediaccfile prep │')),
  );
  const lengths = told.map((lines) => lines.join('').length);
  expect(lengths.slice(1, -1).every((length) => length > 0)).toBe(true);
  expect(told.flat().join('').replaceAll('Rediaccfile prep │ ', '').length).toBe(100 * chunk.length);
});

test('a copy shows how far it is where it shows its step, and leaves no line', () => {
  const copy: Step = { index: 0, kind: 'copy', onFailure: 'stop' };
  const copied: Body = { type: 'progress', done: 3 * 1024 ** 3, total: 4 * 1024 ** 3, rate: 85 * 1024 ** 2 };
  const [, shown, after] = show([begins(copy), copied, ends(copy)], true);
  expect([shown, after?.progress]).toEqual([
    {
      finished: [],
      changing: [],
      progress: 'step 1 of 1: Copy the volume: 75 %, 3.0 GiB of 4.0 GiB, 85.0 MiB/s',
    },
    undefined,
  ]);
});

test('a character that arrives in two pieces is one', () => {
  const renderer = createRenderer({ text: en, paint: createPaint(false), terminal: false });
  const bytes = Buffer.from('é\n');
  expect([
    ...renderer.output(bytes.subarray(0, 1)).finished,
    ...renderer.output(bytes.subarray(1)).finished,
  ]).toEqual(['é']);
});

describe('the end', () => {
  const error = {
    code: 'function-failed',
    message: '',
    details: { function: 'prep', file: 'Rediaccfile', exitCode: 3, operation: guid },
  };

  test('a failure names the step, its last lines, what never ran and the next thing to do', () => {
    expect(
      finished([
        verdict({
          kind: 'failed',
          error,
          failures: [
            { step: prep, outcome: 'failed', exitCode: 3, error, lastLines: ['boom\u001b[2J', 'gone'] },
          ],
          notRun: [upApi],
        }),
      ]),
    ).toEqual([
      '✗ failed after 0 s',
      '  ✗ prep of Rediaccfile ended with exit code 3.',
      '    │ boom[2J',
      '    │ gone',
      '  Not run: up of api/Rediaccfile',
      `  → Its last lines say why; \`rdc op show ${guid}\` has the whole log.`,
    ]);
  });

  test('warnings say what they mean; what is not defined or was so already says little', () => {
    expect(
      finished([
        { type: 'step-ended', result: { step: prep, outcome: 'not-defined' } },
        { type: 'step-ended', result: { step: daemon, outcome: 'already' } },
        { type: 'step-ended', result: { step: upApi, outcome: 'failed', exitCode: 1 } },
        { type: 'notice', notice: { code: 'services-assigned', details: { services: 'api 127.0.11.2' } } },
        { type: 'notice', notice: { code: 'from-the-future', details: {} } },
        verdict({ kind: 'warnings', reason: 'degraded' }),
      ]),
    ).toEqual([
      '✓ Start the Docker daemon (was so already)',
      '✗ up of api/Rediaccfile: failed',
      '! New addresses: api 127.0.11.2.',
      '! from-the-future',
      '! succeeded with warnings (degraded) after 5 s',
    ]);
  });

  test('nothing that came over the wire reaches the terminal as a command', () => {
    const evil = { ...upApi, file: 'a\u001b]0;x\u0007/Rediaccfile' };
    const lines = finished([begins(evil), '\u001b[2Jx\n', ends(evil)], true);
    const colours = new RegExp(`\u001b\\[[\\d;]*m`, 'g');
    expect(lines.join('').replace(colours, '')).not.toMatch(/\p{Cc}/u);
  });
});
