import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { describeFinding } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Card, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { StateMark, StateShape } from '../ui/StateMark.tsx';
import type { Tone } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import type { RepositoryProps } from './props.ts';

const TONES: Readonly<Record<Finding['severity'], Tone>> = {
  error: 'fail',
  warning: 'warn',
  information: 'idle',
};

/**
 * Shows what is wrong with a repository, each finding with what to do about it. The machine looks when the card
 * appears, and again when a person asks for it.
 */
export function FindingsCard(props: RepositoryProps): ReactNode {
  const words = useText().manage;
  const { age } = useFormats();
  const now = useNow();
  const { found, error, look } = useFindings(props);
  return (
    <Card
      title={words.findings}
      detail={
        found === undefined ? undefined : fill(words.findingsAge, { age: age(Math.max(0, now - found.at)) })
      }
      actions={
        <Button small disabled={found === undefined && error === undefined} onClick={look}>
          {words.look}
        </Button>
      }
    >
      {error !== undefined && (
        <div className="p-3.5">
          <ErrorBlock error={error} />
        </div>
      )}
      {found === undefined && error === undefined && <SkeletonRows rows={2} label={words.looking} />}
      {found?.findings.length === 0 && (
        <p className="px-3.5 py-2.5">
          <StateMark tone="ok">{words.findingsNone}</StateMark>
        </p>
      )}
      {found !== undefined && found.findings.length > 0 && (
        <ul>
          {found.findings.map((finding) => (
            <FindingLine key={JSON.stringify(finding)} finding={finding} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function FindingLine({ finding }: { readonly finding: Finding }): ReactNode {
  const text = useText();
  const { message, next } = describeFinding(finding, text);
  return (
    <li className="flex items-start gap-3 border-b px-3.5 py-2 last:border-b-0">
      <span className="pt-[3px]">
        <StateShape tone={TONES[finding.severity]} label={text.findings.severities[finding.severity]} />
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{message}</p>
        {next !== '' && <p className="text-muted">{next}</p>}
      </div>
    </li>
  );
}

function useFindings({ api, machine, repository: { guid } }: RepositoryProps): {
  readonly found?: { readonly findings: readonly Finding[]; readonly at: number };
  readonly error?: WireError;
  readonly look: () => void;
} {
  const { context, name } = machine.machine;
  const [state, setState] = useState<Omit<ReturnType<typeof useFindings>, 'look'>>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<void> => {
      try {
        const asked = { machine: { context, name }, repository: guid };
        const findings = await api.call('repository.validate', asked);
        if (!gone) setState({ found: { findings, at: Date.now() } });
      } catch (reason) {
        if (!gone) setState({ error: toWire(reason) });
      }
    };
    void look();
    return () => {
      gone = true;
    };
  }, [api, context, name, guid, turn]);
  return {
    ...state,
    look: () => {
      setState({});
      setTurn(turn + 1);
    },
  };
}
