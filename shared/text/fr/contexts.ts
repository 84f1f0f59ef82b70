import type { contextsEn } from '../en/contexts.ts';

/** The sentences of the contexts' switcher and dialogs, in French; part of fr/fr.ts. */
export const contextsFr: typeof contextsEn = {
  title: 'Contextes',
  help: 'Un contexte est un ensemble de machines qui partagent une clé SSH.',
  none: 'Pas encore de contexte',
  current: 'utilisé',
  machines: { one: '{count} machine', other: '{count} machines' },
  use: 'Utiliser',
  useNamed: 'Utiliser {name}',
  create: 'Nouveau contexte',
  createAction: 'Le créer',
  name: 'Nom',
  manage: 'Gérer les contextes',
  import: 'Importer depuis ~/.ssh/config',
  importTitle: 'Importer dans {context}',
  importHelp: 'Les hôtes de ~/.ssh/config qui ne sont pas encore dans ce contexte.',
  importNone: 'Aucun hôte à ajouter',
  importNoneHelp: 'Ils y sont déjà, utilisent une autre clé, ou il n’y a pas de ~/.ssh/config.',
  importAction: { one: 'Ajouter {count} machine', other: 'Ajouter {count} machines' },
  addMachine: 'Ajouter une machine',
  delete: 'Supprimer {name}',
  deleteTitle: 'Supprimer le contexte {name} ?',
  deleteHelp: 'Ses machines sont oubliées sur cet ordinateur. Rien ne se passe sur elles.',
  deleteAction: 'Supprimer le contexte',
  removeMachine: 'Retirer {name}',
  removeTitle: 'Retirer {name} de {context} ?',
  removeHelp:
    'Elle est oubliée sur cet ordinateur. Rien ne se passe sur la machine : ce qui y tourne continue.',
  removeAction: 'Retirer la machine',
  more: 'Plus d’actions pour {name}',
};
