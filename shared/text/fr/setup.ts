import type { checksEn, checkStatesEn, setupStepsEn } from '../en/setup.ts';

export const checksFr: typeof checksEn = {
  systemd: 'systemd',
  cgroup: 'Groupes de contrôle',
  node: 'Node.js',
  docker: 'Ligne de commande Docker',
  compose: 'Docker Compose',
  cryptsetup: 'cryptsetup (volumes chiffrés)',
  dockerd: 'Démon Docker',
  containerd: 'containerd',
  losetup: 'losetup (périphériques de boucle)',
  'mkfs.ext4': 'mkfs.ext4',
  chattr: 'chattr',
  script: 'script (pseudo-terminaux)',
  flock: 'flock (verrous)',
  stty: 'stty',
  modprobe: 'modprobe (modules du noyau)',
  socat: 'socat (rejoint l’agent ; sans lui chaque connexion démarre le sien, ce qui est plus lent)',
  dm_crypt: 'Module du noyau dm_crypt',
  loop: 'Module du noyau loop',
  overlay: 'Module du noyau overlay',
  modules: 'Modules du noyau chargés au démarrage',
  agent: 'Agent (renet)',
  configuration: 'Configuration de l’agent',
  datastore: 'Dossiers du datastore',
  autostart: 'Service de démarrage et d’arrêt',
  resident: 'Service de l’agent',
};

export const checkStatesFr: typeof checkStatesEn = {
  present: 'présent',
  missing: 'manquant',
  unsupported: 'non pris en charge',
};

export const setupStepsFr: typeof setupStepsEn = {
  check: 'Examiner la machine',
  packages: 'Installer les paquets',
  agent: 'Installer l’agent',
  prepare: 'Préparer le datastore et les modules du noyau',
  autostart: 'Mettre en place les services',
  verify: 'Examiner de nouveau',
};
