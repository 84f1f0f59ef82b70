import type { hostEn } from '../en/browserMode.ts';

export const hostFr: typeof hostEn = {
  noElectron: 'Electron ne démarre pas ici, l’application s’ouvre donc dans votre navigateur : {reason}',
  reasons: {
    absent: 'son programme n’est pas installé (npm ci sans --ignore-scripts l’installe).',
    'not-built': 'cette construction n’a pas la partie de bureau.',
    'no-display': 'il n’y a pas d’écran.',
    root: 'il ne tourne pas en tant que root.',
    broken: 'son programme ne démarre pas ; il manque peut-être des bibliothèques du système.',
  },
  tunnel: 'Depuis votre ordinateur :  ssh -L {port}:127.0.0.1:{port} {account}',
  link: 'Ouvrez ensuite (une seule fois, pendant 60 secondes) :  {url}',
  opened: 'L’application est ouverte dans votre navigateur.',
  openYourself:
    'Aucun navigateur n’a pu être ouvert. Ouvrez ce fichier dans le vôtre dans les 60 secondes :  {file}',
  entering: 'Ouverture de Rediacc…',
  notOurs:
    'Rediacc ne répond plus ici : cette page ne mène nulle part. Appuyez sur Entrée dans son terminal pour un nouveau lien, ou redémarrez-le.',
  again: 'Entrée donne un nouveau lien, Ctrl+C termine. Ce qui tourne sur vos machines continue.',
};
