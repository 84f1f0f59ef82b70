import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import { useText } from '../i18n/useText.ts';
import { Field, Select } from '../ui/Controls.tsx';

type Keys = ApiResult<'keys.list'>;

/** The value that stands for another file: no file has this name. */
const OTHER = ' ';

/** The SSH key: one that was found in ~/.ssh, or the path of another. `fixed`: the context has it already. */
export function KeyField({
  api,
  value,
  fixed = false,
  error,
  onChange,
}: {
  readonly api: ApiClient;
  readonly value: string;
  readonly fixed?: boolean;
  readonly error?: string | undefined;
  readonly onChange: (file: string) => void;
}): ReactNode {
  const words = useText().firstRun.host;
  const keys = useKeys(api, fixed, value, onChange);
  const [typing, setTyping] = useState(false);
  const chosen = keys.find(({ file }) => file === value);
  if (fixed || keys.length === 0) {
    return (
      <Field
        className="col-span-6"
        label={words.key}
        help={words.keyHelp}
        error={error}
        mono
        disabled={fixed}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  const other = typing || (chosen === undefined && value !== '');
  const options = [
    ...keys.map(({ file, type }) => ({ value: file, label: `${file} (${type})` })),
    { value: OTHER, label: words.otherFile },
  ];
  return (
    <div className="col-span-6 flex flex-col gap-1">
      <span aria-hidden className="text-sm font-semibold">
        {words.key}
      </span>
      <div className="flex flex-col gap-2">
        <Select
          label={words.key}
          value={other ? OTHER : value}
          options={options}
          onChange={(file) => {
            setTyping(file === OTHER);
            onChange(file === OTHER ? '' : file);
          }}
        />
        {other && (
          <Field
            label={words.keyPath}
            error={error}
            mono
            value={value}
            onChange={({ target }) => onChange(target.value)}
          />
        )}
      </div>
      <p className="text-sm text-muted">{chosen?.encrypted === true ? words.keyEncrypted : words.keyHelp}</p>
    </div>
  );
}

/** Returns the keys of ~/.ssh, the likeliest first, and chooses the first where none is chosen yet. */
function useKeys(api: ApiClient, fixed: boolean, value: string, onChange: (file: string) => void): Keys {
  const [keys, setKeys] = useState<Keys>([]);
  const choose = useEffectEvent((found: Keys) => {
    setKeys(found);
    const first = found[0];
    if (value === '' && first !== undefined) onChange(first.file);
  });
  useEffect(() => {
    let gone = false;
    if (!fixed) {
      void api
        .call('keys.list', {})
        .then((found) => gone || choose(found))
        // Without the list, a path can still be typed.
        .catch(() => undefined);
    }
    return () => {
      gone = true;
    };
  }, [api, fixed]);
  return keys;
}
