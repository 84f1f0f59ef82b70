import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { Button } from './Button.tsx';
import type { ButtonProps } from './Button.tsx';

/** Shows a button that copies a text to the clipboard and then says so. The text is the button's tooltip. */
export function CopyButton({
  value,
  label,
  look = 'plain',
}: {
  readonly value: string;
  readonly label: string;
} & Pick<ButtonProps, 'look'>): ReactNode {
  const text = useText();
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <Button small={look !== 'quiet'} look={look} icon={Copy} title={value} onClick={copy}>
      {copied ? text.app.copied : label}
    </Button>
  );
}
