import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { StepLine } from '../ui/StepLine.tsx';
import type { MachineTest } from './flow.ts';
import { keyFileWord, keyTypeName } from './keyType.ts';

/** Shows the host key, with the fingerprint that people compare. */
export function HostKeyLine({ hostKey }: { readonly hostKey: MachineTest['hostKey'] }): ReactNode {
  const words = useText().firstRun.identity;
  if (hostKey.status === 'changed') {
    return (
      <StepLine tone="fail" label={words.hostKey} detail={words.refused}>
        <p className="text-sm text-muted">{words.expected}</p>
        <Fingerprint name={words.expected} value={hostKey.known} />
        <p className="pt-2 text-sm text-muted">{words.offered}</p>
        <Fingerprint name={words.offered} value={hostKey.fingerprint} />
      </StepLine>
    );
  }
  const known = hostKey.status === 'known';
  return (
    <StepLine
      tone={known ? 'ok' : 'warn'}
      label={words.hostKey}
      detail={fill(known ? words.verified : words.notKnown, { type: keyTypeName(hostKey.type) })}
    >
      <Fingerprint name={words.fingerprint} value={hostKey.fingerprint} />
      {!known && (
        <p className="pt-2 text-sm text-muted">
          {fill(words.compare, { command: '' })}
          <code className="font-mono">{`ssh-keygen -lf /etc/ssh/ssh_host_${keyFileWord(hostKey.type)}_key.pub`}</code>
        </p>
      )}
    </StepLine>
  );
}

function Fingerprint({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <p
      aria-label={name}
      title={name}
      className="mt-1 rounded-md border bg-raised px-3 py-2 font-mono text-sm font-semibold [overflow-wrap:anywhere]"
    >
      {value}
    </p>
  );
}
