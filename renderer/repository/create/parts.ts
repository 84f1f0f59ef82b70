import type { StepView } from '../../status/steps.ts';
import type { Tone } from '../../ui/StateMark.tsx';
import type { Creation, CreationPhase } from './creations.ts';

const ORDER: readonly CreationPhase[] = ['create', 'template', 'up'];

/** Returns the tone of one part of a creation. */
export function partTone({ phase, state, verdict }: Creation, part: CreationPhase): Tone {
  const distance = ORDER.indexOf(part) - ORDER.indexOf(phase);
  if (distance < 0) return 'ok';
  if (distance > 0) return 'idle';
  switch (state) {
    case 'running':
      return 'busy';
    case 'failed':
      return 'fail';
    case 'waiting':
      return 'idle';
    case 'done':
      return verdict?.kind === 'warnings' ? 'warn' : 'ok';
  }
}

/** Returns the parts of a creation. An empty repository has nothing to start. */
export function partsOf({ template, state }: Creation): readonly CreationPhase[] {
  return template === undefined && state !== 'waiting' ? ['create'] : ORDER;
}

/** Returns two tones for a creation: one for making the repository, one for starting it. */
export function creationTone(creation: Creation | undefined): { create: Tone; start: Tone } {
  if (creation === undefined) return { create: 'idle', start: 'idle' };
  const start = creation.phase === 'template' ? partTone(creation, 'template') : partTone(creation, 'up');
  const empty = creation.template === undefined && creation.state === 'done';
  return { create: partTone(creation, 'create'), start: empty ? 'ok' : start };
}

/** Returns the milliseconds that a part took, or has been taking; undefined before its first step. */
export function spanOf(views: readonly StepView[], now: number): number | undefined {
  const begun = views.filter(({ startedAt }) => startedAt !== undefined);
  const first = begun[0]?.startedAt;
  const last = begun.at(-1);
  if (first === undefined || last?.startedAt === undefined) return undefined;
  const end = last.milliseconds === undefined ? now : last.startedAt + last.milliseconds;
  return Math.max(0, end - first);
}
