import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT_COUNT } from './network.ts';
import { compareBytewise } from '../order.ts';
import { addressesOf, assignSlots, parseSlotsFile, renderSlotsFile, serviceSlots } from './slots.ts';

const path = '/mnt/rediacc/repos/x/.rediacc.json';
const none = parseSlotsFile(undefined, path);

/** Parses a `.rediacc.json` with these services. */
const fileWith = (slots: Record<string, number>) =>
  parseSlotsFile(
    JSON.stringify({
      services: Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, { slot }])),
    }),
    path,
  );

describe('parseSlotsFile', () => {
  it("reads the manual's example", () => {
    const text = '{"services": {"api": {"slot": 0}, "postgres": {"slot": 1}, "redis": {"slot": 2}}}';
    expect(serviceSlots(parseSlotsFile(text, path))).toEqual([
      { name: 'api', slot: 0 },
      { name: 'postgres', slot: 1 },
      { name: 'redis', slot: 2 },
    ]);
  });

  it.each([
    ['', /JSON/],
    ['{', /JSON/],
    ['[]', /^\[\]$/],
    ['null', /^null$/],
    ['{}', /^services = \?$/],
    ['{"services": []}', /^services = \[\]$/],
    ['{"services": {"api": 0}}', /^services\.api = 0$/],
    ['{"services": {"api": {}}}', /^services\.api = \{\}$/],
    ['{"services": {"api": {"slot": "0"}}}', /^services\.api = \{"slot":"0"\}$/],
    ['{"services": {"api": {"slot": 1.5}}}', /^services\.api = \{"slot":1\.5\}$/],
    ['{"services": {"api": {"slot": -1}}}', /^services\.api = \{"slot":-1\}$/],
    ['{"services": {"api": {"slot": 61}}}', /^services\.api = \{"slot":61\}$/],
    ['{"services": {"__proto__": {"slot": 61}}}', /^services\.__proto__ = \{"slot":61\}$/],
    ['{"services": {"a": {"slot": 3}, "b": {"slot": 3}}}', /^services\.a\.slot = services\.b\.slot = 3$/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseSlotsFile(text, path)).toThrow(
      expect.objectContaining({
        code: 'slots-file-invalid',
        details: { file: path, reason: expect.stringMatching(reason) as string },
      }),
    );
  });
});

describe('assignSlots', () => {
  it('gives new services the lowest free slots in bytewise order', () => {
    const { file, added, notices } = assignSlots(none, ['redis', 'postgres', 'api', 'redis', 'Zoo']);
    expect(added).toEqual([
      { service: 'Zoo', slot: 0 },
      { service: 'api', slot: 1 },
      { service: 'postgres', slot: 2 },
      { service: 'redis', slot: 3 },
    ]);
    expect(notices).toEqual([]);
    expect(renderSlotsFile(file)).toBe(`{
  "services": {
    "Zoo": {
      "slot": 0
    },
    "api": {
      "slot": 1
    },
    "postgres": {
      "slot": 2
    },
    "redis": {
      "slot": 3
    }
  }
}
`);
  });

  it('leaves existing services, vanished ones too, where they are and fills the gaps', () => {
    const before = fileWith({ web: 1, gone: 3 });
    const { file, added } = assignSlots(before, ['web', 'b', 'a', 'c']);
    expect(added).toEqual([
      { service: 'a', slot: 0 },
      { service: 'b', slot: 2 },
      { service: 'c', slot: 4 },
    ]);
    expect(serviceSlots(file).map(({ name }) => name)).toEqual(['a', 'web', 'b', 'gone', 'c']);
    expect(serviceSlots(before)).toHaveLength(2);
  });

  it('keeps keys it does not know, on every level, in their order', () => {
    const text =
      '{"x":[1,{"y":null}],"services":{"b":{"port":80,"slot":5,"z":{}},"a":{"slot":0}},"__proto__":{"p":1}}';
    const { file } = assignSlots(parseSlotsFile(text, path), ['b', 'c']);
    expect(JSON.stringify(file)).toBe(text.replace('"a":{"slot":0}', '"a":{"slot":0},"c":{"slot":1}'));
  });

  it('takes services by the names that JavaScript gives a meaning for services', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '7'];
    const first = assignSlots(none, names);
    expect(first.added.map(({ service }) => service)).toEqual([...names].sort(compareBytewise));
    const read = parseSlotsFile(renderSlotsFile(first.file), path);
    expect(assignSlots(read, names)).toMatchObject({ added: [] });
    expect(addressesOf(read, 2816)['__PROTO___IP']).toBe('127.0.11.3');
  });

  it('warns of a service whose name gives no variable, and gives it a slot', () => {
    const { added, notices } = assignSlots(fileWith({ 'old.one': 0 }), ['my.app', 'old.one']);
    expect(added).toEqual([{ service: 'my.app', slot: 1 }]);
    expect(notices).toEqual([
      { code: 'no-variable', details: { service: 'my.app' } },
      { code: 'no-variable', details: { service: 'old.one' } },
    ]);
  });

  it.each<[string, Record<string, number>, string[]]>([
    ['two new ones', {}, ['a_b', 'x', 'a-b']],
    ['a new one and an existing one', { 'a-b': 0 }, ['a-b', 'a_b']],
    ['a new one and one that is gone but keeps its slot', { a_b: 0 }, ['a-b']],
    ['two existing ones', { a_b: 0, 'a-b': 1 }, ['a-b']],
  ])('refuses %s that share a variable', (_, slots, services) => {
    expect(() => assignSlots(fileWith(slots), services)).toThrow(
      expect.objectContaining({
        code: 'colliding-names',
        details: { first: 'a-b', second: 'a_b', variable: 'A_B_IP' },
      }),
    );
  });

  it('leaves two in peace that are both gone', () => {
    expect(assignSlots(fileWith({ a_b: 0, 'a-b': 1 }), ['c']).added).toEqual([{ service: 'c', slot: 2 }]);
  });

  it('has room for 61 services and names the first that does not fit', () => {
    const services = Array.from({ length: 63 }, (_, at) => `s${String(at).padStart(2, '0')}`);
    expect(assignSlots(none, services.slice(0, SLOT_COUNT)).added.at(-1)).toEqual({
      service: 's60',
      slot: 60,
    });
    expect(() => assignSlots(none, [...services].reverse())).toThrow(
      expect.objectContaining({ code: 'too-many-services', details: { service: 's61' } }),
    );
  });
});

describe('slots over many scans', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/);
  const scans = fc.array(fc.uniqueArray(name, { maxLength: 12 }), { minLength: 1, maxLength: 5 });

  it('no service ever moves, no slot is shared, and reading back what was written changes nothing', () => {
    fc.assert(
      fc.property(scans, (series) => {
        let file = none;
        for (const scan of series) {
          const next = assignSlots(file, scan).file;
          const slots = serviceSlots(next);
          expect(slots).toEqual(expect.arrayContaining(serviceSlots(file)));
          expect(new Set(slots.map(({ slot }) => slot)).size).toBe(slots.length);
          expect(parseSlotsFile(renderSlotsFile(next), path)).toEqual(next);
          expect(assignSlots(next, scan).added).toEqual([]);
          file = next;
        }
      }),
    );
  });

  it('the order in which a scan finds services does not matter', () => {
    const shuffled = fc
      .uniqueArray(name, { maxLength: SLOT_COUNT })
      .chain((names) =>
        fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })),
      );
    fc.assert(
      fc.property(shuffled, ([found, otherwise]) => {
        expect(renderSlotsFile(assignSlots(none, otherwise).file)).toBe(
          renderSlotsFile(assignSlots(none, found).file),
        );
      }),
    );
  });
});

describe('addressesOf', () => {
  it('gives the variables of the file, leaving out names that give none', () => {
    expect(addressesOf(fileWith({ 'listmonk-app': 1, api: 0, 'my.app': 2 }), 6336)).toEqual({
      API_IP: '127.0.24.194',
      LISTMONK_APP_IP: '127.0.24.195',
    });
  });
});
