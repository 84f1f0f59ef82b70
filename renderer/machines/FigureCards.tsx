import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Skeleton } from '../ui/Blocks.tsx';
import { classes } from '../ui/classes.ts';
import { Sparkline } from '../ui/Figures.tsx';
import { isFresh } from '../status/condition.ts';
import { figureTone, networkTop, processorTone, usedShare } from './figures.ts';
import type { FigureTone } from './figures.ts';

const TEXT = { ok: '', warn: 'text-warn', fail: 'text-fail' } as const;

/** Shows processors, memory, datastore and network, each with its newest figure and its last minutes. */
export function FigureCards({ machine }: { readonly machine: MachineState }): ReactNode {
  const words = useText().machines.figures;
  const { number, plural, size } = useFormats();
  const { metrics } = machine;
  const newest = metrics.at(-1);
  const dim = !isFresh(machine);
  if (newest === undefined) return <NoFigures />;
  const { cpu, cpus, memory, datastore, network } = newest;
  return (
    <div className="@container">
      <div
        className={classes('grid grid-cols-2 gap-3 @min-[720px]:grid-cols-4', dim && 'text-muted grayscale')}
      >
        <FigureCard
          title={words.cpu}
          detail={fill(words.cores[plural(cpus)], { count: number(cpus) })}
          figure={<Figure value={number(cpu * 100)} unit="%" tone={processorTone(newest)} />}
        >
          <Sparkline values={metrics.map((one) => one.cpu)} top={1} tone={processorTone(newest)} />
        </FigureCard>
        <SpaceCard
          title={words.memory}
          detail={size(memory.total)}
          space={memory}
          tone={figureTone('memory', usedShare(memory))}
          values={metrics.map((one) => usedShare(one.memory))}
        />
        <SpaceCard
          title={words.datastore}
          detail={size(datastore.total)}
          space={datastore}
          tone={figureTone('datastore', usedShare(datastore))}
          values={metrics.map((one) => usedShare(one.datastore))}
        />
        <FigureCard
          title={words.network}
          detail={words.inOut}
          figure={
            <>
              <Rate bytes={network.in} /> <Rate bytes={network.out} />
            </>
          }
        >
          <Sparkline
            values={metrics.map((one) => one.network.in)}
            beside={metrics.map((one) => one.network.out)}
            top={networkTop(metrics)}
          />
        </FigureCard>
      </div>
    </div>
  );
}

function SpaceCard({
  title,
  detail,
  space,
  tone,
  values,
}: {
  readonly title: string;
  readonly detail: string;
  readonly space: { readonly total: number; readonly available: number };
  readonly tone: FigureTone;
  readonly values: readonly number[];
}): ReactNode {
  const words = useText().machines.figures;
  const { quantity, percent } = useFormats();
  const share = usedShare(space);
  const { value, unit } = quantity(space.total - space.available);
  return (
    <FigureCard
      title={title}
      detail={detail}
      figure={<Figure value={value} unit={fill(words.share, { unit, share: percent(share) })} tone={tone} />}
    >
      <Sparkline values={values} top={1} tone={tone} />
    </FigureCard>
  );
}

function Rate({ bytes }: { readonly bytes: number }): ReactNode {
  const words = useText().machines.figures;
  const { value, unit } = useFormats().quantity(bytes);
  return <Figure value={value} unit={fill(words.rate, { unit })} tone="ok" />;
}

function Figure({
  value,
  unit,
  tone,
}: {
  readonly value: string;
  readonly unit: string;
  readonly tone: FigureTone;
}): ReactNode {
  return (
    <>
      <b className={classes('text-xl font-semibold', TEXT[tone])}>{value}</b>{' '}
      <span className="text-sm text-muted">{unit}</span>
    </>
  );
}

function FigureCard({
  title,
  detail,
  figure,
  children,
}: {
  readonly title: string;
  readonly detail: string;
  readonly figure: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section aria-label={title} className="min-w-0 rounded-lg border bg-panel px-3.5 pt-2.5 pb-2">
      <div className="flex justify-between gap-2 text-sm text-muted">
        <h2>{title}</h2>
        <span className="truncate">{detail}</span>
      </div>
      <p className="tabular truncate">{figure}</p>
      {children}
    </section>
  );
}

function NoFigures(): ReactNode {
  const text = useText();
  const { cpu, memory, datastore, network, none } = text.machines.figures;
  return (
    <div className="@container">
      <div className="grid grid-cols-2 gap-3 @min-[720px]:grid-cols-4">
        {[cpu, memory, datastore, network].map((title) => (
          <FigureCard key={title} title={title} detail="" figure={<span className="text-faint">{none}</span>}>
            <Skeleton className="mt-2.5 mb-2 w-full" />
          </FigureCard>
        ))}
      </div>
    </div>
  );
}
