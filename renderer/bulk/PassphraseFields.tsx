import type { ReactNode } from 'react';
import { keyOfBulkItem } from '../../shared/api/apiModel.ts';
import type { BulkPlanItem } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Field, Select } from '../ui/Controls.tsx';
import { withheldOf, withoutPassphrase } from './bulkView.ts';
import type { TypedPassphrases } from './bulkView.ts';

/** Shows the fields for the passphrases of closed repositories: one that is tried on all of them, or one for each. */
export function PassphraseFields({
  locked,
  several,
  typed,
  onChange,
}: {
  readonly locked: readonly BulkPlanItem[];
  /** True when more than one machine is involved, so that each field names its machine. */
  readonly several: boolean;
  readonly typed: TypedPassphrases;
  readonly onChange: (typed: TypedPassphrases) => void;
}): ReactNode {
  const words = useText().machines.bulk;
  const { plural, number } = useFormats();
  const said = (sentence: { one: string; other: string }, count: number): string =>
    fill(sentence[plural(count)], { count: number(count) });
  const without = withoutPassphrase(locked, typed);
  return (
    <section aria-label={words.passphrases} className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h3 className="font-semibold">{words.passphrases}</h3>
        {locked.length > 1 && (
          <Select
            label={words.passphrases}
            value={typed.mode}
            options={[
              { value: 'one', label: words.onePassphrase },
              { value: 'each', label: words.eachPassphrase },
            ]}
            onChange={(mode) => onChange({ ...typed, mode })}
          />
        )}
      </div>
      <p className="text-muted">{said(words.passphrasesHelp, locked.length)}</p>
      <WithheldNotes locked={locked} />
      {typed.mode === 'one' ? (
        <Field
          label={words.passphraseForAll}
          type="password"
          value={typed.one}
          onChange={({ target }) => onChange({ ...typed, one: target.value })}
        />
      ) : (
        <div className="grid gap-2.5 min-[720px]:grid-cols-2">
          {locked.map((item) => (
            <Field
              key={keyOfBulkItem(item)}
              label={
                several
                  ? fill(words.passphraseOn, { name: item.repository, machine: item.machine.name })
                  : fill(words.passphraseFor, { name: item.repository })
              }
              type="password"
              value={typed.each[keyOfBulkItem(item)] ?? ''}
              onChange={({ target }) =>
                onChange({ ...typed, each: { ...typed.each, [keyOfBulkItem(item)]: target.value } })
              }
            />
          ))}
        </div>
      )}
      {without > 0 && <p className="text-warn">{said(words.without, without)}</p>}
    </section>
  );
}

/** Shows why remembered passphrases are not used, and for which repositories. */
function WithheldNotes({ locked }: { readonly locked: readonly BulkPlanItem[] }): ReactNode {
  const text = useText();
  return withheldOf(locked).map(({ because, repositories }) => (
    <p key={because} className="text-warn">
      {fill(text.machines.bulk.withheld, {
        names: repositories.join(', '),
        why: text.panes.confirm.withheld[because],
      })}
    </p>
  ));
}
