import { fill } from '../../shared/errors.ts';
import type { Repository, Service } from '../../shared/model.ts';
import { showDialog } from '../state/dialogs.ts';
import { FormDialog } from '../ui/FormDialog.tsx';
import { ChangePassphraseDialog } from './ChangePassphraseDialog.tsx';
import { GrowDialog } from './GrowDialog.tsx';
import { NameDialog } from './NameDialog.tsx';
import { createStart } from './start.ts';
import type { Start, StartDependencies } from './start.ts';

/** The changes of a repository itself. Each asks its question first. */
export interface Changes {
  readonly rename: () => void;
  readonly grow: () => void;
  readonly fork: () => void;
  readonly changePassphrase: () => void;
  /** Gives back the slot of a service that is no longer in any compose file. */
  readonly releaseSlot: (service: Pick<Service, 'name' | 'slot'>) => void;
}

interface ChangeDependencies extends StartDependencies {
  readonly repository: Repository;
}

/** Makes the changes of a repository. Each of them runs as an operation. */
export function repositoryChanges(dependencies: ChangeDependencies): Changes {
  const { machine, repository } = dependencies;
  const { start } = createStart(dependencies);
  return {
    ...namedChanges(dependencies, start),
    grow: () =>
      void showDialog((close) => (
        <GrowDialog
          machine={machine}
          repository={repository}
          onClose={close}
          onConfirm={(size, passphrase) => {
            close();
            if (passphrase === undefined) start({ verb: 'resize', options: { size, byKey: true } });
            else start({ verb: 'resize', options: { size } }, { passphrase });
          }}
        />
      )),
    changePassphrase: () =>
      void showDialog((close) => (
        <ChangePassphraseDialog
          machine={machine}
          repository={repository}
          onClose={close}
          onConfirm={(change) => {
            close();
            start({ verb: 'passphrase-change', options: {} }, change);
          }}
        />
      )),
    releaseSlot: (service) => askRelease(dependencies, start, service),
  };
}

/** Makes the changes that ask for a name. */
function namedChanges(
  { machine, repository, text }: ChangeDependencies,
  start: Start,
): Pick<Changes, 'rename' | 'fork'> {
  const words = text.manage;
  const names = { name: repository.name, machine: machine.name };
  return {
    rename: () =>
      void showDialog((close) => (
        <NameDialog
          machine={machine}
          before={repository.name}
          title={fill(words.renameTitle, names)}
          help={words.renameHelp}
          label={words.newName}
          action={words.rename}
          onClose={close}
          onConfirm={(newName) => {
            close();
            start({ verb: 'rename', options: { newName } });
          }}
        />
      )),
    fork: () =>
      void showDialog((close) => (
        <NameDialog
          machine={machine}
          before={`${repository.name}-`}
          title={fill(words.forkTitle, names)}
          help={words.forkHelp}
          label={words.forkName}
          action={words.forkAction}
          onClose={close}
          onConfirm={(tag) => {
            close();
            start({ verb: 'fork', options: { tag } });
          }}
        />
      )),
  };
}

function askRelease(
  { repository, text }: ChangeDependencies,
  start: Start,
  { name: service, slot }: Pick<Service, 'name' | 'slot'>,
): void {
  const words = text.manage;
  showDialog((close) => (
    <FormDialog
      title={fill(words.releaseTitle, { service, slot })}
      action={words.release}
      onClose={close}
      onConfirm={() => {
        close();
        start({ verb: 'release-slot', options: { service } });
      }}
    >
      <p className="text-muted">{fill(words.releaseHelp, { name: repository.name, service })}</p>
    </FormDialog>
  ));
}
