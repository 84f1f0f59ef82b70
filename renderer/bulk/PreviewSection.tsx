import { ChevronDown, ChevronRight, ListChecks } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiResult } from '../../shared/api/api.ts';
import type { BulkPlanItem } from '../../shared/api/apiModel.ts';
import { describeError, fill, fromWire } from '../../shared/errors.ts';
import type { Plan } from '../../shared/model.ts';
import { wordFor } from '../../shared/newerNames.ts';
import type { Text } from '../../shared/text/text.ts';
import { stepText } from '../../shared/text/stepText.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import { previewOf, stepGroups } from './bulkView.ts';
import type { StepGroup } from './bulkView.ts';

/** Shows the plan of every repository as the machines made it: what runs, what is left out and why. */
export function PreviewSection({
  plan,
  failed,
  several,
}: {
  readonly plan: ApiResult<'bulk.plan'> | undefined;
  /** True when the plan could not be made. */
  readonly failed: boolean;
  /** True when more than one machine is involved, so that each line names its machine. */
  readonly several: boolean;
}): ReactNode {
  const words = useText().machines.bulk;
  if (plan === undefined && failed) return null;
  return (
    <section aria-label={words.preview} className="flex flex-col gap-2">
      <div>
        <h3 className="font-semibold">{words.preview}</h3>
        <p className="text-muted">{words.previewHelp}</p>
      </div>
      {plan?.failures.map(({ machine, error }) => (
        <ErrorBlock key={machine.name} error={error} />
      ))}
      <div className="overflow-hidden rounded-md border">
        {plan === undefined ? (
          <SkeletonRows rows={3} label={words.planning} />
        ) : plan.items.length === 0 ? (
          <Empty icon={ListChecks} title={words.nobody}>
            {words.nobodyHelp}
          </Empty>
        ) : (
          <PreviewTable items={plan.items} several={several} />
        )}
      </div>
    </section>
  );
}

function PreviewTable({
  items,
  several,
}: {
  readonly items: readonly BulkPlanItem[];
  readonly several: boolean;
}): ReactNode {
  const words = useText().machines.bulk;
  const { targets, skipped } = previewOf(items);
  return (
    <Table label={words.preview}>
      <TableHead>
        <Th>{words.repository}</Th>
        {several && <Th>{words.machine}</Th>}
        <Th className="w-full">{words.plan}</Th>
      </TableHead>
      <tbody>
        {[...targets, ...skipped].map((item) => (
          <PreviewRow key={`${item.machine.name} ${item.guid}`} item={item} several={several} />
        ))}
      </tbody>
    </Table>
  );
}

function PreviewRow({
  item,
  several,
}: {
  readonly item: BulkPlanItem;
  readonly several: boolean;
}): ReactNode {
  const words = useText().machines.bulk;
  const { plural, number } = useFormats();
  const [open, setOpen] = useState(false);
  const { repository, machine, plan, skipped } = item;
  const count = plan?.steps.length ?? 0;
  const steps = fill(words.steps[plural(count)], { count: number(count) });
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <>
      <Row dim={skipped !== undefined}>
        <Td className="max-w-48 truncate font-semibold">{repository}</Td>
        {several && <Td className="max-w-40 truncate text-muted">{machine.name}</Td>}
        <Td className="py-1.5">
          <span className="flex items-center gap-3">
            <PlanWords item={item} />
            {count > 0 && (
              <button
                type="button"
                aria-expanded={open}
                aria-label={`${steps}, ${repository}`}
                className="ml-auto inline-flex shrink-0 items-center gap-1 rounded px-1.5 text-sm text-muted hover:bg-hover hover:text-text"
                onClick={() => setOpen(!open)}
              >
                {steps}
                <Chevron aria-hidden size={14} />
              </button>
            )}
          </span>
        </Td>
      </Row>
      {open && plan !== undefined && (
        <tr className="border-b last:border-b-0">
          <td colSpan={several ? 3 : 2} className="bg-app px-3.5 py-2">
            <StepList plan={plan} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Returns the word for a group of steps. A kind of step without a short word of its own gets its sentence. */
function groupText(word: StepGroup['word'], text: Text): string {
  const short: Readonly<Record<string, string>> = text.machines.bulk.words;
  if (word === 'prep' || word === 'up' || word === 'down') return word;
  return short[word] ?? wordFor(text.steps, word);
}

/** Shows in one line what will be done with a repository, or why nothing will. */
function PlanWords({
  item: { plan, error, skipped, needsPassphrase },
}: {
  readonly item: BulkPlanItem;
}): ReactNode {
  const text = useText();
  const words = text.machines.bulk;
  if (skipped !== undefined) return <StateMark tone="idle">{words.skipped[skipped]}</StateMark>;
  if (error !== undefined) {
    return (
      <span className="flex min-w-0 flex-wrap items-center gap-x-3">
        <StateMark tone="fail">{words.refused}</StateMark>
        <span className="[overflow-wrap:anywhere]">{describeError(fromWire(error), text).message}</span>
      </span>
    );
  }
  const groups = plan === undefined ? [] : stepGroups(plan);
  const said = groups.map(({ word, count }) => {
    const short = groupText(word, text);
    return count === 1 ? short : fill(words.times, { word: short, count });
  });
  if (plan !== undefined && !plan.complete) said.push('…');
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3">
      {needsPassphrase && <StateMark tone="closed">{words.locked}</StateMark>}
      <span className="text-muted">{said.length === 0 ? words.nothing : said.join(' · ')}</span>
    </span>
  );
}

function StepList({ plan }: { readonly plan: Plan }): ReactNode {
  const text = useText();
  return (
    <>
      <ol className="list-inside list-decimal gap-x-6 text-sm min-[720px]:columns-2">
        {plan.steps.map((step) => (
          <li key={step.index}>{stepText(step, text)}</li>
        ))}
      </ol>
      {!plan.complete && <p className="pt-1 text-sm text-muted">{text.machines.bulk.incomplete}</p>}
    </>
  );
}
