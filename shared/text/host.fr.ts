import type { hostEn } from './host.en.ts';

export const hostFr: typeof hostEn = {
  noElectron: 'Electron ne démarre pas ici, l’application s’ouvre donc dans votre navigateur : {reason}',
  tunnel: 'Depuis votre ordinateur :  ssh -L {port}:127.0.0.1:{port} {account}',
  link: 'Ouvrez ensuite (une seule fois, pendant 60 secondes) :  {url}',
  opened: 'L’application est ouverte dans votre navigateur.',
  openYourself:
    'Aucun navigateur n’a pu être ouvert. Ouvrez ce fichier dans le vôtre dans les 60 secondes :  {file}',
  again: 'Entrée donne un nouveau lien, Ctrl+C termine. Ce qui tourne sur vos machines continue.',
};
