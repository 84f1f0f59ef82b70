import type { shellEn } from '../en/shell.ts';

export const shellFr: typeof shellEn = {
  tray: {
    title: '{name} : {state}',
    item: '{name}, {word} : {action}',
    plain: '{name}, {word}',
    crashLoop: '{word} (plante en boucle : {services})',
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
  notification: {
    title: '{repository} : {verdict}',
    body: '{verb} sur {machine}',
    /** Something broke on one machine, or on several. */
    trouble: 'Panne sur {machine}',
    broke: '{count} choses ont mal tourné. La fenêtre les détaille.',
  },
  menu: {
    file: 'Fichier',
    edit: 'Édition',
    view: 'Affichage',
    window: 'Fenêtre',
    roles: {
      quit: 'Quitter',
      close: 'Fermer la fenêtre',
      undo: 'Annuler',
      redo: 'Rétablir',
      cut: 'Couper',
      copy: 'Copier',
      paste: 'Coller',
      selectAll: 'Tout sélectionner',
      resetZoom: 'Taille réelle',
      zoomIn: 'Agrandir',
      zoomOut: 'Réduire',
      togglefullscreen: 'Plein écran',
      toggleDevTools: 'Outils de développement',
      minimize: 'Réduire la fenêtre',
    },
  },
};
