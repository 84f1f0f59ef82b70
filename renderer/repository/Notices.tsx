import type { ReactNode } from 'react';
import type { WireNotice } from '../../shared/notices.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import { useText } from '../i18n/useText.ts';
import { StateShape } from '../ui/StateMark.tsx';

/** Shows what is worth knowing of a repository, a sentence each; nothing where there is nothing. */
export function Notices({ notices }: { readonly notices: readonly WireNotice[] }): ReactNode {
  const text = useText();
  if (notices.length === 0) return null;
  return (
    <ul
      aria-label={text.panes.notices}
      className="flex flex-col gap-1 rounded-md border border-warn bg-warn-soft px-3 py-2.5"
    >
      {notices.map((notice) => (
        <li key={JSON.stringify(notice)} className="flex items-start gap-3">
          <span className="pt-[3px]">
            <StateShape tone="warn" />
          </span>
          <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{noticeText(notice, text)}</span>
        </li>
      ))}
    </ul>
  );
}
