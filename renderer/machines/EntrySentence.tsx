import type { ReactNode } from 'react';
import { containerName, entryText } from '../../shared/journal/entryText.ts';
import { useText } from '../i18n/useText.ts';
import type { ToldEntry } from '../status/timeline.ts';

/** Shows what an entry tells; the name of what it is about stands out. */
export function EntrySentence({ entry }: { readonly entry: ToldEntry }): ReactNode {
  const { what } = entryText(entry, useText());
  const { repository, path } = entry.subject;
  const container = containerName(entry.subject);
  const name = container ?? repository?.name ?? path ?? '';
  const at = name === '' ? -1 : what.indexOf(name);
  if (at < 0) return what;
  return (
    <>
      {what.slice(0, at)}
      <b className="font-semibold">{name}</b>
      {what.slice(at + name.length)}
    </>
  );
}
