import { fireEvent, screen, within } from '@testing-library/react';
import type { Place } from '../../renderer/state/navigation.ts';
import { planOf } from '../../renderer/status/events.fixtures.ts';
import type { Call } from '../../renderer/logs/fakeApi.fixtures.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { VerbWithOptions } from '../../shared/verbs.ts';
import type { Text } from '../../shared/text/text.ts';
import { prod1 } from './machines.fixtures.ts';

const key = { context: 'production', name: 'prod-1' };
const [, mail, , stagingCopy, archive] = prod1(Date.now()).repositories ?? [];
if (mail === undefined || stagingCopy === undefined || archive === undefined)
  throw new Error('no repository');

/** `prod-1` with a service that left its slot behind, and without anything that runs. */
export function dangerousMachine(): MachineState {
  const machine = prod1(Date.now());
  const repositories = machine.repositories?.map((one) =>
    one.name === 'mail'
      ? {
          ...one,
          services: one.services.map((service, at) => (at === 3 ? { ...service, present: false } : service)),
        }
      : one,
  );
  return { ...machine, repositories: repositories ?? [] };
}

/** The plan of a verb for all: two repositories of `prod-1`. */
export const bulkItems = [mail, stagingCopy].map(({ guid, name }) => ({
  ...{
    machine: key,
    guid,
    repository: name,
    needsPassphrase: false,
    plan: planOf('down'),
    digest: `of ${name}`,
  },
}));

/** Something that cannot be taken back, or that stops what runs. */
export interface Danger {
  readonly what: string;
  readonly place: Place;
  /** Presses what asks the question. */
  readonly ask: (text: Text) => Promise<void> | void;
  /** The title of the question, in English and in French. */
  readonly titles: readonly [string, string];
  /** The button that goes on. */
  readonly action: (text: Text) => string;
  /** The fields that have to be filled in, each with what is not enough and what is. */
  readonly fields: readonly { label: (text: Text) => string; wrong: string; right: string }[];
  /** The call to the program that going on makes. */
  readonly sends: Call;
}

const press = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }));
const pressIn = (region: HTMLElement, name: string): boolean =>
  fireEvent.click(within(region).getByRole('button', { name }));
const choose = async (menu: string, entry: string): Promise<void> => {
  press(menu);
  fireEvent.click(await screen.findByRole('menuitem', { name: entry }));
};
const openTab = (name: string): boolean => fireEvent.click(screen.getByRole('tab', { name }));
const started = (asked: VerbWithOptions, repository: string, secret = {}): Call => ({
  method: 'operation.start',
  params: { machine: key, request: { ...asked, repository }, ...secret },
});
const typedName = (name: string): Danger['fields'] => [
  { label: ({ panes }) => fill(panes.confirm.typeName, { name }), wrong: name.slice(0, -1), right: name },
];
const passphraseOf = (name: string): Danger['fields'][number] => ({
  label: ({ panes }) => fill(panes.autostart.passphrase, { name }),
  ...{ wrong: '', right: 'correct horse' },
});
const machinePage: Place = { screen: 'machine', machine: key };
const pageOf = (guid: string): Place => ({ screen: 'repository', machine: key, guid });

const stopping: readonly Danger[] = [
  {
    ...{ what: 'stopping a repository', place: machinePage, fields: [] },
    ask: ({ machines }) => void press(`${machines.repositories.down} mail`),
    titles: ['Stop mail on prod-1?', 'Arrêter mail sur prod-1\u00a0?'],
    action: ({ panes }) => panes.head.down,
    sends: started({ verb: 'down', options: { unmount: false } }, mail.guid),
  },
  {
    ...{ what: 'stopping and unmounting it', place: pageOf(mail.guid), fields: [] },
    ask: async ({ panes }) => {
      press(panes.head.down);
      fireEvent.click(await screen.findByText(panes.confirm.unmount));
    },
    titles: ['Stop mail on prod-1?', 'Arrêter mail sur prod-1\u00a0?'],
    action: ({ panes }) => panes.head.down,
    sends: started({ verb: 'down', options: { unmount: true } }, mail.guid),
  },
];

const autostart: readonly Danger[] = [
  {
    ...{ what: 'disabling autostart on its page', place: pageOf(mail.guid), fields: typedName('mail') },
    ask: ({ panes }) => {
      openTab(panes.tabs.autostart);
      press(panes.autostart.disable);
    },
    titles: ['Disable autostart', 'Désactiver le démarrage automatique'],
    action: ({ panes }) => panes.autostart.disable,
    sends: started({ verb: 'autostart-disable', options: {} }, mail.guid),
  },
  {
    ...{ what: 'disabling autostart by its switch', place: machinePage, fields: typedName('mail') },
    ask: ({ machines }) =>
      void fireEvent.click(
        screen.getByRole('switch', { name: fill(machines.repositories.autostartOf, { name: 'mail' }) }),
      ),
    titles: ['Disable autostart', 'Désactiver le démarrage automatique'],
    action: ({ panes }) => panes.autostart.disable,
    sends: started({ verb: 'autostart-disable', options: {} }, mail.guid),
  },
  {
    ...{
      what: 'enabling autostart',
      place: pageOf(stagingCopy.guid),
      fields: [passphraseOf('staging-copy')],
    },
    ask: ({ panes }) => {
      openTab(panes.tabs.autostart);
      press(panes.autostart.enable);
    },
    titles: ['Enable autostart', 'Activer le démarrage automatique'],
    action: ({ panes }) => panes.autostart.enable,
    sends: started({ verb: 'autostart-enable', options: {} }, stagingCopy.guid, {
      ...{ passphrase: 'correct horse', remember: false },
    }),
  },
];

const deleting: readonly Danger[] = [
  {
    ...{ what: 'deleting a repository from its row', place: machinePage, fields: typedName('archive') },
    ask: ({ app, machines }) => choose(fill(app.more, { name: 'archive' }), machines.repositories.delete),
    titles: ['Delete archive on prod-1?', 'Supprimer archive sur prod-1\u00a0?'],
    action: ({ panes }) => panes.head.delete,
    sends: started({ verb: 'delete', options: {} }, archive.guid),
  },
  {
    ...{
      what: 'deleting a repository on its page',
      place: pageOf(archive.guid),
      fields: typedName('archive'),
    },
    ask: ({ panes }) => {
      openTab(panes.tabs.settings);
      press(panes.settings.danger);
    },
    titles: ['Delete archive on prod-1?', 'Supprimer archive sur prod-1\u00a0?'],
    action: ({ panes }) => panes.head.delete,
    sends: started({ verb: 'delete', options: {} }, archive.guid),
  },
];

const changing: readonly Danger[] = [
  {
    ...{ what: 'growing a volume', place: pageOf(stagingCopy.guid) },
    ask: ({ panes, manage }) => {
      openTab(panes.tabs.settings);
      press(manage.grow);
    },
    titles: ['Grow staging-copy on prod-1', 'Agrandir staging-copy sur prod-1'],
    action: ({ manage }) => manage.grow,
    fields: [
      { label: ({ manage }) => manage.newSize, wrong: '10G', right: '20G' },
      passphraseOf('staging-copy'),
    ],
    sends: started({ verb: 'resize', options: { size: 20 * 1024 ** 3 } }, stagingCopy.guid, {
      passphrase: 'correct horse',
    }),
  },
  {
    ...{ what: 'changing a passphrase', place: pageOf(stagingCopy.guid) },
    ask: ({ panes, manage }) => {
      openTab(panes.tabs.settings);
      press(manage.passphraseAction);
    },
    titles: [
      'Change the passphrase of staging-copy on prod-1',
      'Changer la phrase secrète de staging-copy sur prod-1',
    ],
    action: ({ manage }) => manage.passphraseAction,
    fields: [
      passphraseOf('staging-copy'),
      { label: ({ manage }) => manage.newPassphrase, wrong: '', right: 'battery staple' },
      { label: ({ creation }) => creation.repeat, wrong: 'battery stable', right: 'battery staple' },
    ],
    sends: started({ verb: 'passphrase-change', options: {} }, stagingCopy.guid, {
      ...{ passphrase: 'correct horse', newPassphrase: 'battery staple' },
    }),
  },
  {
    ...{ what: 'opening the addresses of another repository', place: pageOf(mail.guid), fields: [] },
    ask: ({ panes }) => {
      openTab(panes.tabs.lifecycle);
      return choose(panes.neighbours.openOther, 'archive');
    },
    titles: ['Let mail reach archive on prod-1?', 'Laisser mail atteindre archive sur prod-1\u00a0?'],
    action: ({ panes }) => fill(panes.neighbours.open, { other: 'archive' }),
    sends: started({ verb: 'allow', options: { other: archive.guid } }, mail.guid),
  },
  {
    ...{ what: 'giving back a slot', place: pageOf(mail.guid), fields: [] },
    ask: ({ panes, manage }) => {
      openTab(panes.tabs.settings);
      press(fill(manage.releaseNamed, { service: 's3' }));
    },
    titles: ['Give back slot 3 of s3?', 'Rendre le slot 3 de s3\u00a0?'],
    action: ({ manage }) => manage.release,
    sends: started({ verb: 'release-slot', options: { service: 's3' } }, mail.guid),
  },
];

const bulk = (
  verb: 'down' | 'autostart-disable',
  more: Pick<Danger, 'ask' | 'titles' | 'action'>,
): Danger => ({
  ...{ what: `${verb} for all`, place: machinePage, fields: typedName('prod-1'), ...more },
  sends: {
    method: 'bulk.start',
    params: {
      request: { verb, machines: [key], concurrency: 1 },
      shown: bulkItems.map(({ machine, guid, repository, digest }) => ({
        machine,
        guid,
        repository,
        digest,
      })),
    },
  },
});

const forAll: readonly Danger[] = [
  bulk('down', {
    ask: ({ machines }) => void press(machines.list.downAll),
    titles: ['Down all on prod-1', 'Tout arrêter sur prod-1'],
    action: ({ machines }) => fill(machines.bulk.run.down.other, { count: '2' }),
  }),
  bulk('autostart-disable', {
    ask: ({ machines }) => choose(fill(machines.head.more, { name: 'prod-1' }), machines.head.disableAll),
    titles: ['Autostart off for all on prod-1', 'Plus de démarrage automatique sur prod-1'],
    action: ({ machines }) => fill(machines.bulk.run['autostart-disable'].other, { count: '2' }),
  }),
];

const openContexts = async ({ contexts }: Text): Promise<HTMLElement> => {
  fireEvent.click(screen.getByRole('button', { name: /production/ }));
  fireEvent.click(await screen.findByRole('menuitem', { name: contexts.manage }));
  return screen.findByRole('dialog', { name: contexts.title });
};

const forgetting: readonly Danger[] = [
  {
    ...{ what: 'forgetting a machine on its page', place: machinePage, fields: [] },
    ask: ({ machines, contexts }) =>
      choose(fill(machines.head.more, { name: 'prod-1' }), contexts.removeAction),
    titles: ['Remove prod-1 from production?', 'Retirer prod-1 de production\u00a0?'],
    action: ({ contexts }) => contexts.removeAction,
    sends: { method: 'contexts.removeMachine', params: { machine: key } },
  },
  {
    ...{ what: 'forgetting a machine of another context', place: machinePage, fields: [] },
    ask: async (text) => {
      const shown = await openContexts(text);
      const other = within(shown).getByRole('region', { name: 'staging' });
      pressIn(other, fill(text.contexts.removeMachine, { name: 'prod-1' }));
    },
    titles: ['Remove prod-1 from staging?', 'Retirer prod-1 de staging\u00a0?'],
    action: ({ contexts }) => contexts.removeAction,
    sends: { method: 'contexts.removeMachine', params: { machine: { context: 'staging', name: 'prod-1' } } },
  },
  {
    ...{ what: 'deleting a context', place: machinePage, fields: typedName('staging') },
    ask: async (text) => {
      const { contexts } = text;
      await openContexts(text);
      await choose(fill(contexts.more, { name: 'staging' }), fill(contexts.delete, { name: 'staging' }));
    },
    titles: ['Delete the context staging?', 'Supprimer le contexte staging\u00a0?'],
    action: ({ contexts }) => contexts.deleteAction,
    sends: { method: 'contexts.delete', params: { name: 'staging' } },
  },
];

export const dangers = [...stopping, ...autostart, ...deleting, ...changing, ...forAll, ...forgetting];
