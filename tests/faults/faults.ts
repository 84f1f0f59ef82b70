import { drawEvenly } from '../../scripts/mutants/selection.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

/**
 * What happens to a verb: the connection is cut; the app (`rdc`) is killed; the machine's resident agent is killed, and
 * systemd starts another; the operation's process on the machine is killed; the machine's power is cut.
 */
export const FAULTS = [
  'connection cut',
  'app killed',
  'agent killed',
  'operation killed',
  'power cut',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A fault at one point of one verb. */
export interface FaultCase {
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly point: string;
}

/** The point after which nothing of the verb is left to do: `rdc` has told its end. */
export const TOLD = 'after the end was told';

/** What was seen of one case. `wrong` lists what must not be. */
export interface FaultResult {
  readonly verb: string;
  readonly point: string;
  readonly fault: Fault;
  /** What the person was told: exit code and last words. */
  readonly told: string;
  /** The state in which the fault left the machine. */
  readonly left: string;
  /** How the second try ended. */
  readonly again: string;
  readonly lost: string;
  readonly wrong: readonly string[];
}

/** Returns the name of a case, which is the same in every run. */
export function keyOf({ scenario, fault, point }: FaultCase): string {
  return `${scenario.verb} | ${fault} | ${point}`;
}

/** A fault that can befall a verb, and at how many points it is tried; all points when `share` is undefined. */
export interface Draw {
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly share: number | undefined;
  /** True when a process is killed only at the events of the log, not at each command and change between them. */
  readonly atSteps?: boolean;
}

/** Draws `count` points evenly over verbs and faults, always the same ones for one seed; all when it is undefined. */
export function drawFaults(
  scenarios: readonly Scenario[],
  count: number | undefined,
  seed: number,
  faults: readonly Fault[] = FAULTS,
): Draw[] {
  const pairs = scenarios.flatMap((scenario) =>
    faults.filter((fault) => canBefall(fault, scenario)).map((fault) => ({ scenario, fault })),
  );
  if (count === undefined) return pairs.map((pair) => ({ ...pair, share: undefined }));
  const more = drawEvenly(pairs, ({ scenario }) => scenario.verb, count % pairs.length, seed);
  return pairs
    .map((pair) => ({ ...pair, share: Math.floor(count / pairs.length) + (more.includes(pair) ? 1 : 0) }))
    .filter(({ share }) => share > 0);
}

/** Returns the cases of a draw, from the points that its verb passes. */
export function casesOf(
  { scenario, fault, share, atSteps = false }: Draw,
  points: readonly string[],
  seed: number,
): FaultCase[] {
  const cases = [...new Set(pointsFor(fault, scenario, points, atSteps))].map((point) => ({
    scenario,
    fault,
    point,
  }));
  return share === undefined ? cases : drawEvenly(cases, () => '', share, seed);
}

/** The machine's own boot and shutdown have no connection and no app. */
function canBefall(fault: Fault, { words, program }: Scenario): boolean {
  // What the connection's own agent does is done without the resident one.
  if (fault === 'agent killed' && program === 'serve') return false;
  return words !== undefined || fault === 'operation killed' || fault === 'power cut';
}

/** Returns the points at which a fault can differ from the same fault at another point. */
function pointsFor(
  fault: Fault,
  { words, program }: Scenario,
  points: readonly string[],
  atSteps: boolean,
): string[] {
  const steps = points.filter((point) => /^(started|verdict|(start|end|middle) of )/.test(point));
  const changes = points.filter((point) => /^(during|after) /.test(point));
  switch (fault) {
    case 'connection cut':
    case 'app killed':
    case 'agent killed':
      return program === 'serve' ? changes : steps;
    case 'operation killed':
      return atSteps && program !== 'serve'
        ? steps
        : points.filter((point) => point !== 'plan' && point !== 'notice');
    case 'power cut':
      return [
        ...changes.filter((point) => point.startsWith('after ')),
        ...steps.filter((point) => point === 'verdict' || point.startsWith('middle of')),
        ...(words === undefined || program === 'serve' ? [] : [TOLD]),
      ];
    default:
      return fault satisfies never;
  }
}

/** Returns the scenarios of these verbs; all when none is named. Throws for a verb that there is not. */
export function scenariosOf(verbs: readonly string[]): readonly Scenario[] {
  const known = SCENARIOS.map(({ verb }) => verb);
  const unknown = verbs.find((verb) => !known.includes(verb));
  if (unknown !== undefined) throw new Error(`There is no verb "${unknown}", only: ${known.join(', ')}`);
  return verbs.length === 0 ? SCENARIOS : SCENARIOS.filter(({ verb }) => verbs.includes(verb));
}

/** Returns the faults of these names; all when none is given. Throws for one that there is not. */
export function faultsOf(names: readonly string[]): readonly Fault[] {
  const unknown = names.find((name) => !FAULTS.some((fault) => fault === name));
  if (unknown !== undefined) throw new Error(`There is no fault "${unknown}", only: ${FAULTS.join(', ')}`);
  return names.length === 0 ? FAULTS : FAULTS.filter((fault) => names.includes(fault));
}

/** Returns the result of a case that the harness did not get done, which counts as wrong. */
export function untried({ scenario, fault, point }: FaultCase, error: unknown): FaultResult {
  const nothing = { told: '?', left: '?', again: '?', lost: '?' };
  return { verb: scenario.verb, fault, point, ...nothing, wrong: [String(error)] };
}
