import { expect, test } from 'vitest';
import type { Step } from '../../../shared/model.ts';
import { keepLastLines } from './lastLines.ts';

const nothing = (): void => undefined;
const step = (index: number): Step => ({ index, kind: 'slots', onFailure: 'stop' });

test('the last lines are plain text: no colours, no overwritten progress, no empty lines, ten at most', () => {
  const log = keepLastLines({ event: nothing, output: nothing, position: () => 0, close: nothing });
  const numbered = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\r\n');
  log.begin(step(0));
  log.output(Buffer.from(numbered.slice(0, 40)));
  log.output(Buffer.from(numbered.slice(40)));
  log.begin(step(1));
  log.output(Buffer.from('\u001b[31mred\u001b[0m\r\n\r\n10%\r50%\r100%\r\n'));
  expect([0, 1, 2].map((index) => log.lastLinesOf(step(index)))).toEqual([
    numbered.split('\r\n').slice(2),
    ['red', '100%'],
    [],
  ]);
});
