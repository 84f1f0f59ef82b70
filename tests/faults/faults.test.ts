import { describe, expect, it } from 'vitest';
import { casesOf, drawFaults, FAULTS, scenariosOf, TOLD } from './faults.ts';
import { commitPoints } from './machine/runSandbox.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { streamFaults, toldBy } from './told.ts';

describe('the draw of faults', () => {
  it('is even over verbs and faults, and the same for one seed', () => {
    const drawn = drawFaults(SCENARIOS, 2 * SCENARIOS.length, 3);
    const countOf = ({ verb }: Scenario): number =>
      drawn.filter(({ scenario }) => scenario.verb === verb).length;
    expect(SCENARIOS.map(countOf)).toEqual(SCENARIOS.map(() => 2));
    expect(drawFaults(SCENARIOS, 2 * SCENARIOS.length, 3)).toEqual(drawn);
    expect(drawFaults(SCENARIOS, 2 * SCENARIOS.length, 4)).not.toEqual(drawn);
  });

  it('has every fault of a verb when no number is given', () => {
    const drawn = drawFaults(scenariosOf(['create', 'boot']), undefined, 1);
    expect(drawn.map(({ scenario, fault }) => `${scenario.verb}: ${fault}`)).toEqual([
      ...FAULTS.map((fault) => `create: ${fault}`),
      'boot: operation killed',
      'boot: power cut',
    ]);
  });
});

it('cuts the power after each change, and once all is told', () => {
  const [create] = scenariosOf(['create']);
  if (create === undefined) throw new Error('there is no create');
  const points = ['started', 'start of commit', 'during mount', 'after mount', 'end of commit', 'verdict'];
  const cases = casesOf({ scenario: create, fault: 'power cut', share: undefined }, points, 1);
  expect(cases.map(({ point }) => point)).toEqual(['after mount', 'verdict', TOLD]);
});

it('kills an operation at the events of its log alone when that is asked for', () => {
  const [create] = scenariosOf(['create']);
  if (create === undefined) throw new Error('there is no create');
  const points = ['started', 'plan', 'start of mount', 'during mount', 'after mount', 'verdict'];
  const draw = { scenario: create, fault: 'operation killed', share: undefined } as const;
  const pointsOf = (atSteps: boolean): string[] =>
    casesOf({ ...draw, atSteps }, points, 1).map(({ point }) => point);
  expect(pointsOf(true)).toEqual(['started', 'start of mount', 'verdict']);
  expect(pointsOf(false)).toEqual(['started', 'start of mount', 'during mount', 'after mount', 'verdict']);
});

it('cuts the power of the sandbox machine at commit points alone', () => {
  const points = [
    ...['started', 'after mkdir .operations', 'after sync repositories/.GUID.json.RANDOM', 'start of luks'],
    ...['after rename repositories/GUID.json', 'after sync repositories', 'during cryptsetup luksFormat'],
    ...['after cryptsetup luksFormat', 'after cryptsetup luksDump', 'after sync repositories #2', 'verdict'],
  ];
  expect(commitPoints(points)).toEqual([
    ...['after rename repositories/GUID.json', 'after sync repositories', 'after cryptsetup luksFormat'],
    ...['after sync repositories #2', 'verdict'],
  ]);
});

describe('what was told', () => {
  it('is the exit code, the verdict and the advice', () => {
    const stdout =
      'create of shop (operation 4ab53d1e-0000-4000-8000-000000000000)\n✗ lost\n  → Run the verb again.\n';
    expect(toldBy({ code: 8, stdout, stderr: '' })).toBe('exit 8: ✗ lost → Run the verb again.');
    const document = '{"verdict":{"kind":"failed","error":{"message":"It is full."}}}\n';
    expect(toldBy({ code: 1, stdout: document, stderr: 'Connected again.\n' })).toBe(
      'exit 1: failed: It is full.',
    );
  });

  it('has every event and byte once', () => {
    const log = { events: '{"n":0,"type":"started"}\n{"n":1,"type":"verdict"}\n', output: Buffer.from('ab') };
    const [started, a, b, verdict] = [
      '{"n":0,"type":"started"}',
      '{"type":"output","position":0,"text":"a"}',
      '{"type":"output","position":1,"text":"b"}',
      '{"n":1,"type":"verdict"}',
    ];
    expect(streamFaults([started, a, b, verdict].join('\n'), log)).toEqual([]);
    expect(streamFaults([started, a, verdict].join('\n'), log)).toEqual(['the output is another one']);
    expect(streamFaults([started, a, a, b, verdict].join('\n'), log)).toContain(
      'output goes on at byte 0 instead of 1',
    );
    expect(streamFaults([started, started, a, b].join('\n'), log)).toEqual(['events 0 0 instead of 0 to 1']);
  });
});
