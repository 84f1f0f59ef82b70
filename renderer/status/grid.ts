import type { FunctionName, FunctionStep, Step } from '../../shared/model.ts';
import { compareBytewise } from '../../shared/order.ts';
import type { OperationView, StepState, StepView } from './steps.ts';

/** One function of a Rediaccfile. `idle`: the operation does not run the function. */
export interface GridCell {
  readonly state: StepState | 'idle';
  readonly view?: StepView;
}

/** One Rediaccfile with its functions. A `folder` of '' is the repository's root. */
export interface GridRow {
  readonly file: string;
  readonly folder: string;
  readonly cells: Readonly<Record<FunctionName, GridCell>>;
}

type ChipName = 'mount' | 'daemon' | 'slots' | 'daemonStop' | 'unmount';

/** The steps that belong to the repository itself, and not to one of its Rediaccfiles. */
interface GridChip {
  readonly name: ChipName;
  readonly state: StepState;
}

/** The grid of an operation: which function of which Rediaccfile runs when. */
interface Grid {
  readonly rows: readonly GridRow[];
  readonly chips: readonly GridChip[];
}

const CHIPS: readonly (readonly [ChipName, readonly Step['kind'][]])[] = [
  ['mount', ['open', 'open-by-key', 'mount']],
  ['daemon', ['daemon-start']],
  ['slots', ['slots']],
  ['daemonStop', ['daemon-stop']],
  ['unmount', ['unmount', 'close']],
];

/**
 * Returns the grid of an operation. It has a row for each Rediaccfile, in starting order, even where the verb goes the
 * other way.
 */
export function lifecycleGrid({ steps }: OperationView): Grid {
  const functions = steps.flatMap((view) =>
    view.step.kind === 'function' ? [{ view, step: view.step }] : [],
  );
  const files = [...new Set(functions.map(({ step }) => step.file))];
  const rows = files
    .map((file) => ({ file, folder: folderOf(file) }))
    .sort((a, b) => compareBytewise(a.folder, b.folder))
    .map(({ file, folder }) => ({ file, folder, cells: cellsOf(file, functions) }));
  const chips = CHIPS.flatMap(([name, kinds]) => {
    const own = steps.filter(({ step }) => kinds.includes(step.kind));
    return own.length === 0 ? [] : [{ name, state: togetherOf(own.map(({ state }) => state)) }];
  });
  return { rows, chips };
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

function cellsOf(
  file: string,
  functions: readonly { readonly step: FunctionStep; readonly view: StepView }[],
): GridRow['cells'] {
  const cell = (name: FunctionName): GridCell => {
    const view = functions.find(({ step }) => step.file === file && step.function === name)?.view;
    return view === undefined ? { state: 'idle' } : { state: view.state, view };
  };
  return { prep: cell('prep'), up: cell('up'), down: cell('down') };
}

/** Returns the state of several steps together: the worst that happened, or else how far they are. */
function togetherOf(states: readonly StepState[]): StepState {
  const order = ['failed', 'cancelled', 'running', 'not-run'] as const;
  const found = order.find((state) => states.includes(state));
  if (found !== undefined) return found;
  if (!states.includes('waiting')) return 'succeeded';
  return states.every((state) => state === 'waiting') ? 'waiting' : 'running';
}
