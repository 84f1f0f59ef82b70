import { describe, expect, it } from 'vitest';
import { randomOf } from '../../scripts/random.ts';
import { createFuzzer } from './fuzzer.ts';
import type { Find } from './fuzzer.ts';
import { makeTargets } from './targets.ts';

/** Inputs, made small, at which a parser once crashed or hung, by the name of the parser. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  ssh_config: [
    'Host web\n  User deploy\nHost ',
    'Match host\n  User root\n',
    'Host web "db\n  User root\n',
    `Host *.example !bad.${'*a'.repeat(20)}*b\nHost ${'a'.repeat(60)}\n`,
    'Include config\nHost a\n',
  ],
  dotenv: [`B=12345678\n${'B=$B$B$B$B$B$B$B$B\n'.repeat(10)}`],
  known_hosts: [`${'*a'.repeat(15)}*b ssh-ed25519 AAAA\n`],
  'event log': [
    '{"n":0,"at":1,"output":0,"type":"started","operation":{"id":"x","verb":"up"}}\n{"n":1,"at":2,"type":"verdict"}\n',
    '{"n":0,"at":1,"output":0,"type":"started","operation":{"id":"x"}}\n{"type":"verdict","verdict":{"kind":"failed"}}\n',
    'null\n',
  ],
};
const INPUTS = 300;

describe.each(makeTargets().map((target) => ({ name: target.name, target })))('$name', ({ name, target }) => {
  it('takes what it was fuzzed from, what was found once, and some inputs more', async () => {
    const fuzzer = createFuzzer(target, randomOf(1));
    const finds: (Find | undefined)[] = [];
    for (const input of [...target.seeds, ...(FOUND[name] ?? [])])
      finds.push(await fuzzer.runOne(Buffer.from(input)));
    while (fuzzer.counts.inputs < INPUTS) finds.push(await fuzzer.runOne(fuzzer.next()));
    expect(finds.filter((find) => find !== undefined)).toEqual([]);
    // Inputs that are refused at once would show nothing of what lies behind the first stage.
    expect(fuzzer.counts.passed / fuzzer.counts.inputs).toBeGreaterThan(0.5);
  });
});
