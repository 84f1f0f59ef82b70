import type { noticesEn } from '../en/notices.ts';

export const noticesFr: typeof noticesEn = {
  'already-mounted': '« {name} » était déjà monté.',
  'already-closed': '« {name} » était déjà fermé ; il n’y avait rien à arrêter.',
  'nothing-running': 'Le démon Docker de « {name} » ne tournait pas ; il n’y avait rien à arrêter.',
  'nothing-to-stop':
    '« {name} » n’a pas de Rediaccfile, il n’y avait donc aucun down() à appeler : ce qui tourne continue jusqu’à la fermeture du volume (`rdc repo down {name} --unmount`).',
  'two-rediaccfiles':
    '{folder} contient à la fois « {first} » et « {second} » : le down() d’aucun des deux n’est appelé. N’en gardez qu’un.',
  'down-not-readable': '{path} est illisible, aucun down() n’y peut être appelé : {reason}',
  'addresses-unknown':
    'down() s’exécute sans les adresses des services tant que ceci n’est pas corrigé : {reason}',
  'service-in-two-folders':
    'Le service « {service} » figure dans {first} et dans {second} ; les deux partagent une adresse.',
  'no-variable':
    'Le service « {service} » a une adresse mais pas de variable : son nom n’en donne pas de valide.',
  'services-assigned': 'Nouvelles adresses : {services}.',
  'left-running':
    '{file} a laissé des processus en marche hors des conteneurs ; il y a été mis fin : {processes}.',
  'waiting-for-input':
    '{file} {function} attend une saisie que personne ne peut donner ici ; annulez si cela n’avance pas.',
  'image-pull-failed':
    'Une image n’a pas pu être récupérée ; Docker en donne la raison ci-dessus. Vérifiez son nom et que la machine atteint le registre.',
  'log-truncated':
    '{bytes} octets au milieu de la sortie ont été abandonnés : le journal est limité à 256 Mio.',
  'state-newer':
    '« {name} » est dans un état que cette version ne connaît pas : {state}. Mettez ce programme à jour pour en voir plus.',
  'event-unreadable': 'La ligne {line} du journal de cette opération est illisible : le disque l’a abîmée.',
  'link-skipped': '{path} est un lien et a été ignoré.',
  'sudo-docker':
    '{file}, ligne {line} : sudo efface DOCKER_HOST, la commande atteint donc le Docker du système. Écrivez `docker`, ou `sudo -E docker`.',
  'writable-by-others': '{file} est modifiable par d’autres que son propriétaire ({who}), et root l’exécute.',
  'service-without-address':
    'Le service « {service} » n’a pas encore d’adresse : `rdc repo up {name}` lui en donne une.',
  'ports-ignored':
    '{file}, ligne {line} : ports: de « {service} » est sans effet sur le réseau de l’hôte ; écoutez sur ${variable}.',
  'replicas-share-address':
    '{file}, ligne {line} : {setting} {count} démarre {count} conteneurs de « {service} », qui partagent une adresse et un port sur le réseau de l’hôte : un seul peut écouter.',
  'scaled-share-address':
    'Les {count} conteneurs de « {service} » partagent une adresse et un port sur le réseau de l’hôte : un seul peut écouter.',
  'two-folders-one-project':
    '{file}, ligne {line} : les fichiers compose de « {first} » et de « {second} » forment un seul projet Compose, « {project} » : `--remove-orphans` ou `down` dans l’un supprime les conteneurs de l’autre.',
  'listener-without-service':
    'Quelque chose écoute sur {address}:{port}, une adresse du dépôt qui n’est celle d’aucun service.',
  'listens-elsewhere': 'Le service « {service} » écoute sur {found} au lieu de son adresse, {address}.',
  'volume-deleted':
    'Le fichier du volume de « {name} » a été supprimé, mais il est encore monté. Sauvez ses fichiers maintenant, sur la machine : `sudo cp -a {path} AILLEURS`. Ils seront perdus dès qu’il sera démonté ou que la machine s’arrêtera.',
  'service-left':
    'Le service « {service} » n’est plus dans aucun fichier compose, mais son conteneur {container} tourne encore. Arrêtez-le avec `rdc repo exec {name} -- docker rm -f {container}` ; `renet compose -- up -d --remove-orphans` les arrête tous.',
  'crash-loop':
    'Le service « {service} » s’arrête sans cesse : Docker l’a relancé {restarts} fois, la dernière il y a moins de dix minutes ; son dernier code de sortie est {exitCode}. Son journal dit pourquoi.',
  'key-renewed':
    'L’ancienne clé de démarrage automatique de « {name} » n’était pas en ordre ; une nouvelle la remplace.',
  'holders-ended': 'La machine s’arrête : ce qui utilisait encore « {name} » a été arrêté : {holders}.',
  'network-id-taken':
    '« {name} » a l’ID réseau {networkId}, qui appartient à « {other} » dans {datastore} : il ne peut être ni monté ni démarré tant que `rdc repo validate {name} --fix` ne lui en a pas donné un autre.',
  'addresses-changed':
    '« {name} » a maintenant l’ID réseau {to}, et non plus {from} : ses services ont d’autres adresses au prochain up. Là où une adresse est écrite en dehors de ses variables, par exemple dans un proxy, changez-la.',
  'neighbour-allowed':
    '« {name} » atteint maintenant les adresses de « {other} ». Les terminaux de « {name} » déjà ouverts les atteindront une fois rouverts.',
  'neighbour-revoked':
    '« {name} » n’atteint plus les adresses de « {other} ». Les terminaux de « {name} » déjà ouverts les atteignent jusqu’à leur fermeture.',
  'neighbours-open':
    'Cette machine ne peut pas tenir « {name} » à l’écart des adresses des autres dépôts : son noyau ou son systemd ne filtre pas par groupe de contrôle (BPF).',
  'neighbours-open-older':
    'Les conteneurs de « {name} » atteignent les adresses des autres dépôts : une version antérieure a démarré son démon Docker. Le prochain `rdc repo up {name}` y remédie.',
  'command-unbounded':
    'Cette commande atteint aussi les adresses d’autres dépôts que « {name} » : systemd n’a pas pu être interrogé ({reason}).',
  'slot-released': 'Le slot {slot} de « {service} » est libre à nouveau.',
  'space-overcommitted':
    'Les forks partagent la place de leurs parents : ils peuvent encore avoir besoin de {promised:octets}, et il reste {available:octets} au datastore.',
  'datastore-nearly-full':
    'Le datastore est plein à {percent} %, et les forks qui partagent leur place peuvent encore avoir besoin de {promised:octets}. Une fois plein, ils ne pourront plus écrire : libérez de la place, ou supprimez un fork.',
  'other-key-slots':
    'D’autres clés ouvrent aussi « {name} », que le changement de phrase secrète laisse intactes : slot LUKS {slots}.',
  'passphrase-elsewhere':
    'La phrase secrète de « {name} » est dans le slot LUKS {slots} : le slot 0 contient une clé qu’aucune des deux phrases n’ouvre, et est resté intact. Elle est peut-être à quelqu’un d’autre, ou morte depuis une coupure de courant. Seulement si vous savez qu’elle est morte, videz-le (`cryptsetup luksKillSlot {file} 0`, qui demande la phrase d’un autre slot) et changez la phrase encore une fois.',
  'slot-one-taken':
    'Le slot LUKS 1 de « {name} » contient une clé dont rien ne dit qu’elle est celle du démarrage automatique, et reste intact : une phrase secrète ajoutée à la main, la nouvelle d’un changement interrompu, ou une clé de démarrage automatique dont le fichier a disparu. Si elle n’est plus à personne, videz-le avec `cryptsetup luksKillSlot {file} 1`, qui demande la phrase d’un autre slot.',
  'rolled-back': 'Ce qui avait été fait a été retiré.',
  'not-removed':
    'Ce qui avait été fait de « {name} » n’a pas pu être retiré ; la prochaine création ou le prochain fork sur cette machine réessaiera : {reason}',
  'unfinished-kept': 'Le travail inachevé d’une autre opération reste : {reason}',
  'handed-over':
    'Une coupure de courant avait empêché le dossier de « {name} » de recevoir son propriétaire ; il est à vous maintenant.',
  'private-folder-kept-out':
    'Les services de « {name} » ne peuvent pas démarrer avant que ceci soit réparé ; ses fichiers sont là : {reason}',
  'strangers-removed':
    'Une coupure de courant avait ramené des conteneurs de son parent dans « {name} » ; ils sont de nouveau supprimés : {containers}.',
  'volumes-left':
    'Des volumes Docker de « {name} » portent encore le nom d’un autre dépôt, car l’un des siens a déjà le leur ; voyez lequel des deux contient les données : {volumes}.',
  'key-not-removed':
    'La clé de démarrage automatique de « {name} » n’a pas pu être retirée ; retirez-la avec `rdc repo autostart disable {name}` : {reason}',
  'key-not-noted':
    'Ce que l’en-tête de « {name} » dit de sa clé de démarrage automatique n’a pas pu être vérifié ou renouvelé ; la clé elle-même est restée intacte. Si le démarrage automatique est activé, relancez `rdc repo autostart enable {name}`, sinon `disable` et `fork` peuvent refuser : {reason}',
  'not-closed':
    'Le volume de « {name} » n’a pas pu être refermé ; fermez-le avec `rdc repo unmount {name}` : {reason}',
  'journal-spoiled':
    '{lines} lignes du journal de la machine sont abîmées, comme le font une coupure de courant ou le disque ; les autres sont là.',
  'journal-in-memory':
    'Les dernières lignes du journal de la machine ne sont que dans sa mémoire, car {folder} n’en accepte plus : libérez de la place, sinon elles partent au prochain redémarrage.',
  'journal-unwatched':
    'Personne n’observe la machine en ce moment, donc ce qui s’y passe n’est pas dit ; sur elle, `systemctl status rediacc-agent` dit pourquoi.',
  'agent-alone':
    'Aucun agent ne reste sur la machine, donc chaque connexion démarre le sien, ce qui est plus lent : sur elle, `systemctl status rediacc-agent` dit pourquoi, et `rdc context setup-machine` le met en place.',
  'agent-failing':
    'L’agent qui reste sur la machine se termine sans cesse ({restarts} démarrages, dernier résultat : {result}), donc chaque connexion démarre le sien : sur elle, `journalctl -u rediacc-agent` dit pourquoi.',
};
