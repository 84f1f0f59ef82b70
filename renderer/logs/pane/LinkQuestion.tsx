import type { ReactNode } from 'react';
import { useText } from '../../i18n/useText.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Popups.tsx';

/** Shows where a link in a log leads, and opens it if the person wants that. */
export function LinkQuestion({
  href,
  onClose,
}: {
  readonly href: string;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  return (
    <Dialog
      title={text.panes.log.linkTitle}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button
            look="primary"
            onClick={() => {
              window.open(href, '_blank', 'noopener,noreferrer');
              onClose();
            }}
          >
            {text.panes.log.openLink}
          </Button>
        </>
      }
    >
      <p className="font-mono text-sm [overflow-wrap:anywhere]">{href}</p>
      <p className="text-muted">{text.panes.log.linkHelp}</p>
    </Dialog>
  );
}
