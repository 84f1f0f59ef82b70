import type { securityNotesEn } from '../en/security.ts';

export const securityNotesFr: typeof securityNotesEn = {
  autostart:
    'L’activation du démarrage automatique stocke un fichier de clé LUKS sur le disque du serveur. Toute personne ayant un accès root au serveur peut monter le dépôt sans la phrase secrète. Évaluez ceci en fonction de votre modèle de menace. Donner la phrase secrète vaut accord.',
};
