import type { ReactNode } from 'react';
import type { MachineCheck, SetupState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { StepLine, StepList } from '../ui/StepLine.tsx';
import { GROUP_TONES, groupChecks } from './checkGroups.ts';
import type { CheckGroup } from './checkGroups.ts';
import type { MachineTest } from './flow.ts';
import { HostKeyLine } from './HostKeyLine.tsx';

/** Shows what a machine has and what it lacks, in lines that people read. */
export function CheckList({
  checks,
  setup,
  tested,
  user,
}: {
  readonly checks: readonly MachineCheck[];
  readonly setup: SetupState | undefined;
  readonly tested: MachineTest | undefined;
  readonly user: string;
}): ReactNode {
  const words = useText().firstRun.machine;
  return (
    <StepList label={words.looking}>
      {tested !== undefined && <HostKeyLine hostKey={tested.hostKey} />}
      <StepLine
        tone="ok"
        label={words.rights}
        detail={user === 'root' ? words.asRoot : fill(words.sudo, { user })}
      />
      {groupChecks(checks, setup).map((group) => (
        <GroupLine key={group.name} group={group} />
      ))}
    </StepList>
  );
}

function GroupLine({ group: { name, state, checks } }: { readonly group: CheckGroup }): ReactNode {
  const text = useText();
  const words = text.firstRun.machine;
  const { list } = useFormats();
  const labels: Readonly<Record<string, string>> = text.checks;
  const found = checks.flatMap((check) =>
    check.found === undefined || check.id === 'autostart' ? [] : [`${check.id} ${check.found}`],
  );
  const what = list(checks.map(({ id }) => labels[id] ?? id));
  const present = found.length > 0 ? found.join(', ') : words.states.present;
  return (
    <StepLine
      tone={GROUP_TONES[state]}
      label={words.groups[name]}
      detail={state === 'present' ? present : fill(words.states[state], { what })}
    />
  );
}
