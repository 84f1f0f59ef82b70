import type { MachineKey, OperationEntry } from '../../shared/api/apiModel.ts';
import type { FunctionName } from '../../shared/model.ts';
import type { PaneSpec } from './dockStore.ts';

/** The whole log of an operation. `verb`: its word in the window's language. */
export function operationPane(
  { id, machine, repository }: Pick<OperationEntry, 'id' | 'machine' | 'repository'>,
  verb: string,
): PaneSpec {
  return {
    id,
    title: `${repository} · ${verb}`,
    source: { kind: 'operation', machine, operation: id },
  };
}

/** What one function of one Rediaccfile wrote in an operation. */
export function functionPane(
  machine: MachineKey,
  operation: string,
  step: { readonly file: string; readonly function: FunctionName },
  folder: string,
): PaneSpec {
  return {
    id: `${operation} ${step.file} ${step.function}`,
    title: `${folder} / ${step.function}`,
    source: { kind: 'operation', machine, operation },
    step,
  };
}

/** The containers of a repository, merged, or those of one service. */
export function containerPane(
  machine: MachineKey,
  repository: { readonly guid: string; readonly name: string },
  service?: string,
): PaneSpec {
  return {
    id: [machine.name, repository.guid, service ?? ''].join(' '),
    title: service === undefined ? repository.name : `${repository.name} · ${service}`,
    source: {
      kind: 'containers',
      machine,
      repository: repository.guid,
      ...(service === undefined ? {} : { service }),
      tail: 2000,
    },
  };
}
