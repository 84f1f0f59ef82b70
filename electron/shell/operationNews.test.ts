import { expect, it } from 'vitest';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { endedBetween, newsText } from './operationNews.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';

const operation = (id: string, startedAt: number, state: OperationSummary['state']): OperationSummary => ({
  id,
  verb: 'up',
  repository: { guid: 'g', name: 'webapp' },
  origin: 'person',
  by: 'deploy',
  startedAt,
  state,
});

const look = (
  operations: OperationSummary[] | undefined,
  name = 'prod-1',
): Pick<MachineState, 'machine' | 'operations'>[] => [
  {
    machine: { context: 'production', name, host: 'h', port: 22, user: 'u', datastore: '/d' },
    ...(operations && { operations }),
  },
];

const ids = (before: ReturnType<typeof look>, after: ReturnType<typeof look>): string[] =>
  endedBetween(before, after).map((news) => news.operation.id);

const runs = operation('a', 10, 'running');
const ended = operation('a', 10, 'failed');

it('is what ran and runs no more, once', () => {
  expect(endedBetween(look([runs]), look([ended]))).toEqual([
    { machine: { context: 'production', name: 'prod-1' }, operation: ended },
  ]);
  expect(ids(look([ended]), look([ended]))).toEqual([]);
  expect(ids(look([runs]), look([runs]))).toEqual([]);
});

it('is what began and ended between two looks', () => {
  const short = operation('b', 20, 'succeeded');
  expect(ids(look([ended]), look([short, ended]))).toEqual(['b']);
  expect(ids(look([]), look([short]))).toEqual(['b']);
});

it('is what has a higher number, though the machine’s clock went back', () => {
  const before = { ...operation('a', 1_000, 'failed'), sequence: 7 };
  const short = { ...operation('b', 20, 'succeeded'), sequence: 8 };
  expect(ids(look([before]), look([short, before]))).toEqual(['b']);
  expect(ids(look([short]), look([short, before]))).toEqual([]);
});

it('is not the past of a machine that is heard for the first time', () => {
  expect(ids([], look([ended]))).toEqual([]);
  expect(ids(look(undefined), look([ended]))).toEqual([]);
  expect(ids(look([runs], 'prod-2'), look([ended]))).toEqual([]);
});

it('is not an older operation that the list had no room for before', () => {
  expect(ids(look([operation('c', 30, 'succeeded')]), look([operation('old', 5, 'failed')]))).toEqual([]);
});

it('is told in the language of the window', () => {
  const news = { machine: { context: 'production', name: 'prod-1' }, operation: ended };
  expect(newsText(news, en)).toEqual({ title: 'webapp: Failed', body: 'up on prod-1' });
  expect(newsText(news, fr)).toEqual({ title: 'webapp\u00a0: Échoué', body: 'up sur prod-1' });
});
