import { describe, expect, it } from 'vitest';
import { createTeller, planOf } from './events.fixtures.ts';
import { lifecycleGrid } from './grid.ts';
import { operationView, progressOf } from './steps.ts';

/** Returns the state of every cell, one row a folder. */
const table = (events: Parameters<typeof operationView>[0], ended = false) =>
  lifecycleGrid(operationView(events, ended)).rows.map(({ folder, cells }) => [
    folder,
    cells.prep.state,
    cells.up.state,
    cells.down.state,
  ]);

describe('lifecycleGrid', () => {
  it('shows the order of the functions before anything ran', () => {
    const { events } = createTeller('up', planOf('up'));
    expect(table(events)).toEqual([
      ['', 'waiting', 'waiting', 'idle'],
      ['backend', 'waiting', 'waiting', 'idle'],
      ['database', 'waiting', 'waiting', 'idle'],
      ['monitoring', 'waiting', 'waiting', 'idle'],
    ]);
  });

  it('follows a run: what ended, what runs, what is not defined, what failed', () => {
    const told = createTeller('up', planOf('up'));
    for (const kind of ['daemon-start', 'slots', 'check']) {
      told.start(told.find(kind));
      told.end(told.find(kind), kind === 'daemon-start' ? 'already' : 'succeeded', 100);
    }
    const root = told.find('Rediaccfile', 'prep');
    told.start(root);
    told.end(root, 'succeeded', 3400);
    told.end(told.find('database/Rediaccfile', 'prep'), 'not-defined', 0);
    const backend = told.find('backend/Rediaccfile', 'up');
    told.start(backend);
    told.end(backend, 'failed', 3000, 1);
    told.start(told.find('database/Rediaccfile', 'up'));
    const view = operationView(told.events);
    expect(table(told.events)).toEqual([
      ['', 'succeeded', 'waiting', 'idle'],
      ['backend', 'waiting', 'failed', 'idle'],
      ['database', 'not-defined', 'running', 'idle'],
      ['monitoring', 'waiting', 'waiting', 'idle'],
    ]);
    expect(lifecycleGrid(view).chips).toEqual([
      { name: 'daemon', state: 'succeeded' },
      { name: 'slots', state: 'succeeded' },
    ]);
    expect(view.steps.filter(({ state }) => state === 'failed')).toMatchObject([
      { milliseconds: 3000, exitCode: 1, from: 1100, to: 1200 },
    ]);
    expect(progressOf(view)).toEqual({ step: 7, total: 11 });
  });

  it('tells how far a copy is, until its step ends', () => {
    const told = createTeller('up', planOf('up'));
    const step = told.find('daemon-start');
    told.start(step);
    told.copied(420, 1000, 80);
    expect(progressOf(operationView(told.events)).copy).toEqual({ done: 420, total: 1000, rate: 80 });
    told.end(step, 'succeeded', 100);
    expect(progressOf(operationView(told.events)).copy).toBeUndefined();
  });

  it('leaves rows where they are when the verb goes the other way', () => {
    const { events } = createTeller('down', planOf('down', true));
    expect(table(events).map(([folder, , , down]) => [folder, down])).toEqual([
      ['', 'waiting'],
      ['backend', 'waiting'],
      ['database', 'waiting'],
      ['monitoring', 'waiting'],
    ]);
    expect(lifecycleGrid(operationView(events)).chips.map(({ name }) => name)).toEqual([
      'daemonStop',
      'unmount',
    ]);
  });

  it('shows nothing as running or waiting once it is over', () => {
    const told = createTeller('up', planOf('up'));
    told.start(told.find('Rediaccfile', 'prep'));
    expect(table(told.events, true)[0]).toEqual(['', 'cancelled', 'not-run', 'idle']);
    told.end(told.find('Rediaccfile', 'prep'), 'failed', 10, 2);
    told.verdict('failed');
    expect(table(told.events).flat()).not.toContain('waiting');
  });
});
