import { fill } from '../../shared/errors.ts';
import type { Plan } from '../../shared/model.ts';
import type { Text } from '../../shared/text/text.ts';
import { noticeLine, stepLabel } from './labels.ts';

/** Returns a plan as people read it: its steps in order, numbered as the run will count them, then its notices. */
export function planLines(plan: Plan, text: Text): string[] {
  const { planTitle, planIfDefined, planStops, planIncomplete } = text.cli;
  const steps = plan.steps.map((step) => {
    const label = stepLabel(step, text);
    const words = step.kind === 'function' ? fill(planIfDefined, { label }) : label;
    const rule = step.kind === 'function' && step.onFailure === 'stop' ? `; ${planStops}` : '';
    return `  ${String(step.index + 1).padStart(2)}. ${words}${rule}`;
  });
  return [
    fill(planTitle, { verb: plan.verb, repository: plan.repository.name }),
    ...steps,
    ...(plan.complete ? [] : [planIncomplete]),
    ...plan.notices.map((notice) => `! ${noticeLine(notice, text)}`),
  ];
}
