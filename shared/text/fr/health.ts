import type { healthEn } from '../en/health.ts';

/** The sentences of `rdc machine health`, in French; part of fr/fr.ts. */
export const healthFr: typeof healthEn = {
  levels: { ok: 'bon', warning: 'avertissement', error: 'erreur', critical: 'critique' },
  found: {
    load: 'Charge {load} par processeur sur 15 minutes',
    memory: 'Mémoire utilisée à {percent} %',
    datastore: 'Datastore {path} utilisé à {percent} %',
    disk: 'Disque {path} utilisé à {percent} %',
    program: '{program} manque',
    agent: 'Agent {agent}',
    'agent-alone': 'Aucun agent ne reste sur la machine : chaque connexion démarre le sien',
    'agent-failing':
      'L’agent qui reste sur la machine se termine sans cesse ({restarts} démarrages, dernier résultat : {result}) : chaque connexion démarre le sien',
    repository: 'Dépôt {name} : {state}',
    'repository-closed': 'Le dépôt {name} est fermé, alors qu’il devrait démarrer de lui-même',
    'volume-deleted': 'Le fichier du volume de {name} a été supprimé, mais il est encore monté',
    neighbours: 'Ce qui tourne pour {name} atteint les adresses des autres dépôts',
    volume: 'Volume de {name} utilisé à {percent} %',
    clock: 'Horloge : {clock}',
    container: 'Conteneur {name} de {repository} : {status}',
    'crash-loop':
      'Le conteneur {name} de {repository} s’arrête sans cesse : {restarts} relances, dernier code de sortie {exitCode}',
    'service-left':
      'Le conteneur {name} de {repository} tourne encore, mais aucun fichier compose n’a plus son service',
  },
  next: {
    load: 'Voyez ce qui occupe les processeurs avec `rdc machine containers`.',
    memory: 'Voyez ce qui l’utilise avec `rdc machine containers`.',
    datastore:
      'Supprimez les dépôts dont personne n’a besoin, ou donnez au datastore un disque plus grand ; à 100 %, toute écriture échoue.',
    disk: 'Libérez de la place.',
    program: 'Relancez `rdc context setup-machine`.',
    agent: 'Ce programme est {version} : lancez `rdc context setup-machine` pour les accorder.',
    'agent-alone':
      'Sur la machine, `systemctl status rediacc-agent` dit pourquoi ; `rdc context setup-machine` le met en place.',
    'agent-failing':
      'Sur la machine, `journalctl -u rediacc-agent` dit pourquoi ; `rdc context setup-machine` l’installe à nouveau.',
    repository: 'Voyez `rdc repo status {name}` et le journal de sa dernière opération.',
    'repository-closed':
      'Voyez `rdc repo autostart verify {name}` et le journal de son dernier démarrage, ou montez-le.',
    'volume-deleted':
      'Sauvez ses fichiers maintenant, sur la machine : `sudo cp -a {path} AILLEURS`. Ils seront perdus une fois le dépôt démonté.',
    neighbours: 'Voyez `rdc repo status {name}`, qui dit pourquoi.',
    volume: 'Libérez de la place dedans.',
    clock:
      'Réglez-la, et faites-la tenir à l’heure : `sudo timedatectl set-ntp true` sur la machine. Si c’est elle qui est juste, réglez cet ordinateur.',
    container: 'Voyez `rdc repo logs {repository}`.',
    'service-left': 'Arrêtez-le avec `rdc repo exec {repository} -- docker rm -f {name}`.',
    'crash-loop': 'Voyez pourquoi il s’arrête avec `rdc repo logs {repository}`.',
  },
  clock: {
    agrees: 'comme ici',
    ahead: 'en avance de {span} sur cet ordinateur',
    behind: 'en retard de {span} sur cet ordinateur',
  },
  summary: 'Examinés, dépôts : {repositories}, conteneurs : {containers}. Santé de la machine : {level}',
};
