import type { ReactNode } from 'react';
import type { BulkApiRequest, MachineKey } from '../../shared/api/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import { Checkbox, Select } from '../ui/Controls.tsx';

/** The options that a person chose. With a `concurrency` of 1 the repositories are taken one after the other. */
export interface ChosenOptions {
  readonly concurrency: number;
  readonly includeForks?: boolean;
  readonly excludeForks?: boolean;
  readonly mountOnly?: boolean;
  readonly unmount?: boolean;
}

/** The numbers of repositories at once that people can choose from; 3 is what `--parallel` means. */
const LIMITS = [2, 3, 4, 6, 8] as const;

/** Returns the request that these options stand for. */
export function toRequest(
  verb: BulkApiRequest['verb'],
  machines: readonly MachineKey[],
  {
    concurrency,
    includeForks = false,
    excludeForks = false,
    mountOnly = false,
    unmount = false,
  }: ChosenOptions,
): BulkApiRequest {
  const keys = machines.map(({ context, name }) => ({ context, name }));
  return {
    ...{ verb, machines: keys, concurrency },
    ...((verb === 'up' || verb === 'down') && includeForks && { includeForks }),
    ...(verb === 'autostart-enable' && excludeForks && { excludeForks }),
    ...(verb === 'up' && mountOnly && { mountOnly }),
    ...(verb === 'down' && unmount && { unmount }),
  };
}

/** Shows the options that a bulk verb has. */
export function BulkOptions({
  verb,
  options,
  onChange,
}: {
  readonly verb: BulkApiRequest['verb'];
  readonly options: ChosenOptions;
  readonly onChange: (options: ChosenOptions) => void;
}): ReactNode {
  const words = useText().machines.bulk;
  const { concurrency, includeForks = false, excludeForks = false } = options;
  const { mountOnly = false, unmount = false } = options;
  const parallel = concurrency > 1;
  return (
    <fieldset className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <legend className="sr-only">{words.options}</legend>
      <span className="inline-flex min-h-[30px] items-center gap-2.5">
        <Checkbox
          checked={parallel}
          onChange={(several) => onChange({ ...options, concurrency: several ? 3 : 1 })}
        >
          {words.parallel}
        </Checkbox>
        {parallel && (
          <Select
            label={words.limit}
            value={String(concurrency)}
            options={LIMITS.map((limit) => ({ value: String(limit), label: String(limit) }))}
            onChange={(limit) => onChange({ ...options, concurrency: Number(limit) })}
          />
        )}
      </span>
      {(verb === 'up' || verb === 'down') && (
        <Checkbox checked={includeForks} onChange={(on) => onChange({ ...options, includeForks: on })}>
          {words.includeForks}
        </Checkbox>
      )}
      {verb === 'autostart-enable' && (
        <Checkbox checked={excludeForks} onChange={(on) => onChange({ ...options, excludeForks: on })}>
          {words.excludeForks}
        </Checkbox>
      )}
      {verb === 'up' && (
        <Checkbox checked={mountOnly} onChange={(on) => onChange({ ...options, mountOnly: on })}>
          {words.mountOnly}
        </Checkbox>
      )}
      {verb === 'down' && (
        <Checkbox checked={unmount} onChange={(on) => onChange({ ...options, unmount: on })}>
          {words.unmount}
        </Checkbox>
      )}
    </fieldset>
  );
}
