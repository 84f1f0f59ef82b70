import type { clockDoubtsEn, stepsEn, verdictsEn, statesEn } from '../en/operations.ts';

export const stepsFr: typeof stepsEn = {
  allocate: 'Réserver le volume',
  format: 'Le chiffrer',
  open: 'Ouvrir le volume',
  filesystem: 'Créer le système de fichiers',
  mount: 'Monter',
  handover: 'Le remettre à son propriétaire',
  commit: 'Le garder',
  'daemon-start': 'Démarrer le démon Docker',
  discover: 'Chercher les Rediaccfiles',
  slots: 'Attribuer les adresses',
  check: 'Vérifier les Rediaccfiles',
  function: '{function} de {file}',
  'daemon-stop': 'Arrêter le démon Docker',
  unmount: 'Démonter',
  close: 'Fermer le volume',
  remove: 'Supprimer le volume',
  'open-by-key': 'Ouvrir le volume avec sa clé de démarrage automatique',
  'check-passphrase': 'Vérifier la phrase secrète',
  'add-key': 'Créer la clé de démarrage automatique',
  'remove-key': 'Supprimer la clé de démarrage automatique',
  record: 'L’inscrire',
  'enable-unit': 'Mettre en place le service de démarrage',
  rename: 'Lui donner son nouveau nom',
  renumber: 'Lui donner un ID réseau à lui',
  allow: 'Changer les dépôts qu’il atteint',
  'release-slot': 'Libérer le slot',
  'check-key': 'Essayer la clé de démarrage automatique',
  grow: 'Agrandir le volume et son système de fichiers',
  share: 'Copier le volume d’un coup',
  copy: 'Copier le volume',
  renew: 'Donner à la copie sa propre identité',
  'forget-parent': 'Laisser les conteneurs du parent derrière soi',
  'change-passphrase': 'Changer la phrase secrète',
  'check-header': 'Vérifier l’en-tête',
  'restore-header': 'Remettre l’en-tête',
};

export const verdictsFr: typeof verdictsEn = {
  succeeded: 'réussi',
  warnings: 'réussi avec des avertissements',
  failed: 'échoué',
  cancelled: 'annulé',
  lost: 'perdu',
  running: 'en cours',
};

export const statesFr: typeof statesEn = {
  closed: 'fermé',
  mounted: 'monté',
  'daemon-up': 'démon démarré',
  running: 'en marche',
  degraded: 'dégradé',
  failed: 'en échec',
  busy: 'occupé',
  damaged: 'endommagé',
  unknown: 'inconnu',
};

/** The reasons why the times of an operation cannot be believed (operationClock.ts). */
export const clockDoubtsFr: typeof clockDoubtsEn = {
  differed:
    'L’horloge de la machine différait de celle de l’ordinateur demandeur : ses heures ne sont pas sûres.',
  'in-the-future':
    'D’après ses heures, elle commence après l’heure actuelle de la machine : son horloge avançait, ou a été reculée.',
  'went-back':
    'D’après ses heures, elle commence avant l’opération précédente : l’horloge de la machine avait reculé.',
  'ended-before':
    'D’après ses heures, elle a fini avant de commencer : l’horloge de la machine a reculé entre-temps.',
};
