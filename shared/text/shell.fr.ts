import type { shellEn } from './shell.en.ts';

export const shellFr: typeof shellEn = {
  tray: {
    title: '{name} : {state}',
    item: '{name}, {word} : {action}',
    plain: '{name}, {word}',
    operation: '{working} : {repository} sur {machine}',
    show: 'Afficher',
    open: 'Ouvrir la fenêtre',
    quit: 'Quitter',
    noMachines: 'Pas encore de machine',
    noRepositories: 'Pas encore de dépôt',
    overall: {
      ok: 'tout va bien',
      warn: 'quelque chose est dégradé',
      fail: 'quelque chose a échoué',
      idle: 'rien ne tourne',
      closed: 'tout est fermé',
      stale: 'des machines ne répondent pas',
      busy: 'au travail',
    },
  },
};
