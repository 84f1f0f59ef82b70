import { Component } from 'react';
import type { ReactNode } from 'react';
import { AppError, toWire } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';

interface Fallen {
  readonly reason?: string | undefined;
}

/**
 * Keeps a fault of one part of the window inside that part, so that the rest goes on. Give it a React key that names
 * what is shown, so that other content starts without the fault.
 */
export class Boundary extends Component<{ readonly children: ReactNode }, Fallen> {
  override state: Fallen = {};

  static getDerivedStateFromError(error: unknown): Fallen {
    return { reason: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { reason } = this.state;
    if (reason === undefined) return this.props.children;
    return <Fault reason={reason} onAgain={() => this.setState({ reason: undefined })} />;
  }
}

function Fault({ reason, onAgain }: { readonly reason: string; readonly onAgain: () => void }): ReactNode {
  const { app } = useText();
  return (
    <div className="p-4">
      <ErrorBlock
        error={toWire(new AppError('internal', { reason }))}
        action={<Button onClick={onAgain}>{app.retry}</Button>}
      />
    </div>
  );
}
