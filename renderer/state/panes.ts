import type { MachineKey, OperationEntry } from '../../shared/api/apiModel.ts';
import type { FunctionName } from '../../shared/model.ts';
import type { PaneSpec } from './dockStore.ts';

/** Returns the pane of an operation's whole log. `verb`: the word for its verb in the window's language. */
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

/** Returns the pane of what one function of one Rediaccfile wrote in an operation. `folder` is part of its title. */
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

/** Returns the pane of a repository's containers, merged, or of those of one service. */
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

/** Returns the pane of a machine's set-up. */
export function setupPane({ context, name }: MachineKey, title: string): PaneSpec {
  return { id: `setup ${context} ${name}`, title, source: { kind: 'setup', machine: { context, name } } };
}
