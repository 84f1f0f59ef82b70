import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import { useText } from '../i18n/useText.ts';
import { Field, Select } from '../ui/Controls.tsx';

type Keys = ApiResult<'keys.list'>;

/** The value that stands for another file: no file has this name. */
const OTHER = ' ';

interface KeyFieldProps {
  /** The path of the chosen key; empty when none is chosen yet. */
  readonly value: string;
  readonly error?: string | undefined;
  readonly onChange: (file: string) => void;
}

/** Shows a field for the path of an SSH key; where keys were found in ~/.ssh, a choice of them and of another path. */
export function KeyField({
  api,
  fixed = false,
  ...props
}: KeyFieldProps & {
  readonly api: ApiClient;
  /** The context has its key already, which cannot be changed here. */
  readonly fixed?: boolean;
}): ReactNode {
  const { value, error, onChange } = props;
  const words = useText().firstRun.host;
  const keys = useKeys(api, fixed, value, onChange);
  if (!fixed && keys.length > 0) return <KeyChoice keys={keys} {...props} />;
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

/** Shows the keys that were found, and a field for the path of another one once that is chosen. */
function KeyChoice({ keys, value, error, onChange }: KeyFieldProps & { readonly keys: Keys }): ReactNode {
  const words = useText().firstRun.host;
  const [typing, setTyping] = useState(false);
  const chosen = keys.find(({ file }) => file === value);
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
