import { fill } from '../../shared/errors.ts';
import type { Step } from '../../shared/model.ts';
import type { Text } from '../../shared/text/text.ts';

/** What a step is called, such as "prep of api/Rediaccfile". */
export function stepLabel({ kind, file, function: name }: Step, text: Text): string {
  return fill(text.steps[kind], { file: file ?? '', function: name ?? '' });
}
