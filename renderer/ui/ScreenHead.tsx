import type { ReactNode } from 'react';

/** Shows the title of a screen with what it is about below, and `children`, its fields and buttons, on the right. */
export function ScreenHead({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about?: string | undefined;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <header className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <div className="min-w-0">
        <h1 className="truncate text-xl font-semibold">{title}</h1>
        {about !== undefined && <p className="text-muted">{about}</p>}
      </div>
      {children !== undefined && <div className="ml-auto flex items-center gap-4">{children}</div>}
    </header>
  );
}
