import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterChangeStep, nextChangeStep } from './passphraseChange.ts';
import type { ChangeMark, ChangeStep, SlotHolder } from './passphraseChange.ts';

/** A header as the disk has it: the passphrase in each slot, undefined where the slot is listed and dead; the mark. */
interface Header {
  slots: Map<number, string | undefined>;
  marks: ChangeMark[];
}

function headerOf(slots: Record<number, string | undefined>, ...marks: Omit<ChangeMark, 'token'>[]): Header {
  return {
    slots: new Map(Object.entries(slots).map(([slot, key]) => [Number(slot), key])),
    marks: marks.map((mark, token) => ({ ...mark, token })),
  };
}

function stateOf(
  { slots, marks }: Header,
  old: string,
  wanted: string,
): Parameters<typeof nextChangeStep>[0] {
  const holderOf = (key: string | undefined): SlotHolder =>
    key === undefined ? 'other' : key === wanted ? 'new' : key === old ? 'old' : 'other';
  const holders = new Map([...slots].map(([slot, key]) => [slot, holderOf(key)] as const));
  return { holders, marks: [...marks] };
}

/** Does a step on the disk. `cut`: the power goes while it is done, which leaves an emptied slot listed and dead. */
function write(header: Header, step: ChangeStep, wanted: string, cut = false): void {
  const { slots } = header;
  switch (step.kind) {
    case 'mark':
      if (header.marks.length === 0) header.marks.push({ ...step.mark, token: 0 });
      else
        header.marks.push({ ...step.mark, token: Math.max(...header.marks.map(({ token }) => token)) + 1 });
      // The old one is taken out by a write of its own.
      if (!cut)
        header.marks = header.marks.filter(({ token }) => !step.instead.some((one) => one.token === token));
      return;
    case 'unmark':
      if (!cut)
        header.marks = header.marks.filter(({ token }) => !step.marks.some((one) => one.token === token));
      return;
    case 'add':
      if (!cut) slots.set(step.slot, wanted);
      return;
    case 'empty':
      if (cut) slots.set(step.slot, undefined);
      else {
        slots.delete(step.slot);
        header.marks = header.marks.map((mark) => ({
          ...mark,
          replaced: mark.replaced.filter((slot) => slot !== step.slot),
          begun: mark.begun && mark.replacement !== step.slot,
        }));
      }
  }
}

/** Changes the passphrase; the power goes in the write number `cutAt`. Returns the end, or undefined after a cut. */
function change(header: Header, old: string, wanted: string, cutAt = Infinity): string | undefined {
  for (let written = 0; written < 100; written += 1) {
    const state = stateOf(header, old, wanted);
    const step = nextChangeStep(state);
    if (typeof step === 'string') return step;
    if (step.kind === 'empty') {
      // The last slot that opens is never emptied.
      expect([old, wanted]).toContain(header.slots.get(step.proof));
      expect(step.proof).not.toBe(step.slot);
    }
    write(header, step, wanted, written === cutAt);
    if (written === cutAt) return undefined;
    const token = header.marks.at(-1)?.token ?? 0;
    expect(afterChangeStep(state, step, token)).toEqual(stateOf(header, old, wanted));
  }
  throw new Error('the change does not come to an end');
}

const slotsOf = ({ slots }: Header): Record<string, string | undefined> => Object.fromEntries(slots);

describe('a change of the passphrase', () => {
  const table: [string, Header, Record<string, string | undefined>][] = [
    ['in slot 0', headerOf({ 0: 'a' }), { 0: 'b' }],
    ['beside autostart and a stranger', headerOf({ 0: 'a', 1: 'key', 4: 's' }), { 0: 'b', 1: 'key', 4: 's' }],
    ['that is in two slots', headerOf({ 0: 'a', 3: 'a' }), { 0: 'b' }],
    ['where slot 0 is free', headerOf({ 2: 'a', 1: 'key' }), { 0: 'b', 1: 'key' }],
    ['of a stranger, who does not know slot 0', headerOf({ 0: 's', 1: 'a' }), { 0: 's', 31: 'b' }],
    ['whose new one somebody had added by hand', headerOf({ 0: 'a', 1: 'b' }), { 0: 'b' }],
    ['that is done already', headerOf({ 0: 'b', 1: 'key' }), { 0: 'b', 1: 'key' }],
    ['cut off by 0.1.0, slot 0 dead', headerOf({ 0: undefined, 1: 'b' }), { 0: undefined, 1: 'b' }],
    [
      'cut off by 0.1.0 beside autostart, slot 0 dead',
      headerOf({ 0: undefined, 1: 'key', 2: 'b' }),
      { 0: undefined, 1: 'key', 2: 'b' },
    ],
    ['of a stranger in slot 1, who gave a wrong old one', headerOf({ 0: 's', 1: 'b' }), { 0: 's', 1: 'b' }],
    [
      'of a stranger in the lowest free slot, who gave a wrong old one',
      headerOf({ 0: 's', 1: 'key', 2: 'b' }),
      { 0: 's', 1: 'key', 2: 'b' },
    ],
    ['cut off by 0.1.0, slot 0 alive', headerOf({ 0: 'a', 1: 'b' }), { 0: 'b' }],
    ['cut off by 0.1.0 at its end', headerOf({ 0: 'b', 1: 'a' }), { 0: 'b' }],
    ['of a stranger, a second time', headerOf({ 0: 's', 31: 'b' }), { 0: 's', 31: 'b' }],
    [
      'of a stranger beside the interrupted one of slot 0',
      headerOf({ 0: 's', 31: 't', 5: 'a' }, { home: true, replaced: [0], replacement: 31, begun: true }),
      { 0: 's', 31: 't', 30: 'b' },
    ],
    [
      'of a stranger beside one of slot 0 that had only been noted',
      headerOf({ 0: 's', 5: 'a' }, { home: true, replaced: [0], replacement: 31, begun: false }),
      { 0: 's', 31: 'b' },
    ],
    [
      'in slot 0 beside the interrupted one of a stranger',
      headerOf({ 0: 'a', 5: 's', 31: 't' }, { home: false, replaced: [5], replacement: 31, begun: true }),
      { 0: 'b', 5: 's', 31: 't' },
    ],
    [
      'after one to another passphrase was given up',
      headerOf({ 0: 'a', 31: 'c' }, { home: true, replaced: [0], replacement: 31, begun: true }),
      { 0: 'b' },
    ],
    [
      'that goes back on an interrupted one',
      headerOf({ 0: 'b', 31: 'a' }, { home: true, replaced: [0], replacement: 31, begun: true }),
      { 0: 'b' },
    ],
  ];

  it.each(table)('%s', (_, header, slots) => {
    expect([change(header, 'a', 'b'), slotsOf(header)]).toEqual(['done', slots]);
    expect(change(header, 'a', 'b')).toBe('done');
  });

  it('takes what is opened by neither for nobody’s, and changes nothing', () => {
    const header = headerOf({ 0: 's', 1: 'key' });
    expect([change(header, 'a', 'b'), slotsOf(header)]).toEqual(['wrong-passphrase', { 0: 's', 1: 'key' }]);
  });

  it('does not take a stranger’s slot 0 for a dead one: the old passphrase still opens another', () => {
    const header = headerOf({ 0: 's', 1: 'a', 2: 'b' });
    expect([change(header, 'a', 'b'), slotsOf(header)]).toEqual(['done', { 0: 's', 2: 'b' }]);
  });

  it('uses slot 1 only where no other is free, and says when none is', () => {
    const full = Array.from({ length: 32 }, (_, slot) => [slot, slot === 0 ? 'a' : 's'] as const);
    const header = headerOf(Object.fromEntries(full));
    expect(change(header, 'a', 'b')).toBe('no-free-slot');
    header.slots.delete(1);
    expect([change(header, 'a', 'b'), header.slots.get(0), header.slots.has(1)]).toEqual([
      'done',
      'b',
      false,
    ]);
  });

  it('is completed after power cuts anywhere; something opens at every moment, and strangers stay', () => {
    const others = fc.dictionary(
      fc.integer({ min: 1, max: 5 }).map(String),
      fc.constantFrom('s', 't', 'a', 'key'),
    );
    const cuts = fc.array(fc.nat({ max: 10 }), { maxLength: 4 });
    fc.assert(
      fc.property(others, fc.constantFrom('a', 's', 'none'), cuts, (more, home, at) => {
        const header = headerOf({ ...more, ...(home === 'none' ? {} : { 0: home }) });
        const strangers = [...header.slots].filter(([, key]) => key !== 'a');
        const opens = [...header.slots.values()].includes('a');
        for (const cut of at) {
          change(header, 'a', 'b', cut);
          const keys = [...header.slots.values()];
          expect(keys.includes('a') || keys.includes('b')).toBe(opens);
        }
        expect(change(header, 'a', 'b')).toBe(opens ? 'done' : 'wrong-passphrase');
        const wanted = new Map([...strangers, ...(opens ? [[home === 's' ? 31 : 0, 'b'] as const] : [])]);
        expect([new Map([...header.slots].sort(([a], [b]) => a - b)), header.marks]).toEqual([
          new Map([...wanted].sort(([a], [b]) => a - b)),
          [],
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});
