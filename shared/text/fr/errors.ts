import type { errorsEn } from '../en/errors.ts';

/** The sentences of errors, in French. text.test.ts checks the keys, the placeholders and the spaces. */
export const errorsFr: typeof errorsEn = {
  internal: {
    message: 'Il s’est passé quelque chose qui n’aurait pas dû arriver : {reason}.',
    next: 'Réessayez ; si cela se reproduit, signalez-le avec cette phrase.',
  },
  'protocol-violation': {
    message: 'L’autre côté a envoyé quelque chose qui n’est pas dans le protocole : {reason}.',
    next: 'Vérifiez que rien ne s’affiche au lancement d’un shell sans terminal, puis configurez de nouveau la machine.',
  },
  'command-failed': {
    message: '« {command} » s’est terminé avec le code {exitCode} : {output}',
    next: 'Lisez ce qui est dit, corrigez sur la machine et réessayez.',
  },
  'bad-arguments': { message: '{reason}.', next: 'Voir `rdc --help`.' },
  'bad-renet-arguments': { message: '{reason}.', next: 'Voir `renet --help`.' },
  'bad-name': {
    message: '« {name} » ne peut pas être un nom.',
    next: 'Utilisez 1 à 63 minuscules, chiffres et tirets, avec une lettre ou un chiffre au début, et pas la forme d’un UUID.',
  },
  'bad-size': {
    message: '« {size} » n’est pas une taille.',
    next: 'Écrivez un nombre et une unité, par exemple 10G ou 512M.',
  },
  'machine-not-named': {
    message: 'Quelle machine ? Le contexte « {context} » contient : {machines}.',
    next: 'Nommez-en une avec -m MACHINE, ou ajoutez-en une avec `rdc context add-machine`.',
  },
  'passphrase-missing': {
    message: 'La phrase secrète de « {name} » est nécessaire et n’a pas été donnée.',
    next: 'Tapez-la dans un terminal, ou donnez-la avec --passphrase-file FICHIER (- est l’entrée standard) ; dans un --passphrases-file il lui faut une ligne.',
  },
  'new-passphrase-missing': {
    message: 'La nouvelle phrase secrète de « {name} » est nécessaire et n’a pas été donnée.',
    next: 'Tapez-la dans un terminal, ou donnez-la avec --new-passphrase-file FICHIER (- est l’entrée standard).',
  },
  'passphrase-empty': {
    message: 'La phrase secrète est vide.',
    next: 'Tapez une phrase secrète d’au moins un caractère.',
  },
  'passphrase-not-text': {
    message: 'La phrase secrète n’est pas du texte UTF-8.',
    next: 'Enregistrez le fichier en UTF-8, ou choisissez une phrase secrète qui se tape au clavier.',
  },
  'passphrases-file-line': {
    message:
      'La ligne {line} de {file} n’est pas un nom, une tabulation et une phrase secrète, ou ce nom avait déjà une ligne.',
    next: 'Corrigez cette ligne ; rien n’a été fait.',
  },
  'passphrases-file-exposed': {
    message: 'D’autres peuvent lire les phrases secrètes de {file} : son mode est {mode}.',
    next: 'Réservez-le à vous seul avec `chmod 600 {file}` ; rien n’a été fait.',
  },
  'wrong-passphrase': {
    message: 'Cette phrase secrète n’ouvre pas « {name} ».',
    next: 'Réessayez ; rien n’a été modifié.',
  },
  'key-refused': {
    message: '{host} n’accepte pas cette clé SSH pour l’utilisateur « {user} ».',
    next: 'Ajoutez la clé publique au fichier ~/.ssh/authorized_keys de cet utilisateur sur la machine, ou choisissez une autre clé ou un autre utilisateur.',
  },
  'key-unreadable': {
    message: 'La clé SSH {file} est inutilisable : {reason}.',
    next: 'Vérifiez le chemin, et que c’est bien une clé privée ; chargez une clé protégée par une phrase secrète dans votre agent SSH.',
  },
  'key-not-private': {
    message: '{file} n’est pas une clé privée SSH.',
    next: 'Donnez la moitié privée : en général le même chemin sans « .pub ».',
  },
  'host-key-unknown': {
    message: 'La clé d’hôte de {host} n’est pas encore connue : {fingerprint}.',
    next: 'Comparez-la sur la machine, puis faites-lui confiance avec `rdc context scan-keys {machine} --expect {fingerprint}`.',
  },
  'host-key-changed': {
    message: 'La clé d’hôte de {host} a changé : connue {known}, proposée {offered}.',
    next: 'Si la machine n’a pas été réinstallée, quelqu’un se trouve peut-être entre vous et elle. Si elle l’a été, retirez son ancienne ligne de {file}.',
  },
  'host-key-other-type': {
    message:
      '{host} n’a plus aucune des clés d’hôte qu’on lui connaît : connue {knownType} {known}, proposée {type} {offered}.',
    next: 'Si quelqu’un a retiré l’ancienne clé exprès, comparez la nouvelle sur la machine, puis faites-lui confiance avec `rdc context scan-keys {machine} --expect {offered}`. Sinon, quelqu’un se trouve peut-être entre vous et elle.',
  },
  'host-key-revoked': {
    message: 'La clé d’hôte {offered} de {host} a été révoquée : {file} le dit.',
    next: 'Ne vous connectez pas : qui détient cette clé peut se faire passer pour la machine. Donnez à la machine une nouvelle clé d’hôte, et demandez à qui a révoqué l’ancienne pourquoi.',
  },
  'host-key-unexpected': {
    message: 'La clé d’hôte de {host} est {offered}, et non {expected} comme attendu.',
    next: 'Comparez les deux sur la machine elle-même ; aucune n’a été acceptée.',
  },
  'ssh-too-old': {
    message: 'Le serveur SSH de {host} ne propose, pour {option}, rien à quoi se fier encore.',
    next: 'Mettez OpenSSH à jour sur la machine, ou retirez la restriction « {option} » de son sshd_config. SHA-1 (`ssh-rsa`) et ce qui est plus ancien peuvent être contrefaits : ils ne sont pas utilisés.',
  },
  'sudo-password-needed': {
    message: 'Sur {host}, sudo demande le mot de passe de « {user} ».',
    next: 'Lancez la commande dans un terminal pour qu’il vous soit demandé, ou donnez --sudo-password-file FICHIER.',
  },
  'sudo-password-refused': {
    message: 'Sur {host}, sudo n’a pas accepté le mot de passe de « {user} ».',
    next: 'Vérifiez le mot de passe et réessayez.',
  },
  'not-permitted': {
    message: 'Opération non permise : {reason}.',
    next: 'Vérifiez les droits du fichier ou du compte.',
  },
  'sudo-not-allowed': {
    message: 'L’utilisateur « {user} » n’a pas le droit d’utiliser sudo sur {host}.',
    next: 'Ajoutez l’utilisateur aux sudoers de la machine, ou connectez-vous avec un compte qui en a le droit.',
  },
  'root-needed': { message: 'renet a besoin des droits root pour cela.', next: 'Relancez-le avec sudo -E.' },
  'context-not-found': { message: 'Il n’y a pas de contexte « {name} ».', next: 'Voir `rdc context list`.' },
  'no-context': {
    message: 'Aucun contexte n’est utilisé.',
    next: 'Choisissez-en un avec `rdc context use NOM`, ou créez-en un avec `rdc context create-local NOM --ssh-key FICHIER`.',
  },
  'machine-not-found': {
    message: 'Il n’y a pas de machine « {name} » dans le contexte « {context} ».',
    next: 'Voir `rdc context machines`, ou ajoutez-la avec `rdc context add-machine`.',
  },
  'repository-not-found': {
    message: 'Il n’y a pas de dépôt « {name} » sur {machine}.',
    next: 'Voir `rdc repo list`.',
  },
  'repository-ambiguous': {
    message: 'Plusieurs dépôts s’appellent « {name} » : {guids}.',
    next: 'Utilisez le GUID de celui que vous voulez à la place du nom.',
  },
  'operation-not-found': { message: 'Il n’y a pas d’opération « {id} ».', next: 'Voir `rdc op list`.' },
  'service-not-found': {
    message: '« {name} » n’a pas de service « {service} ».',
    next: 'Voir `rdc repo slots {name}`.',
  },
  'ssh-config-includes': {
    message: 'Les inclusions de ~/.ssh/config tournent en rond, ou ont plus de 16 niveaux : {files}.',
    next: 'Retirez un `Include` ; ssh lui-même refuse cela.',
  },
  'ssh-config-too-large': {
    message: '~/.ssh/config et ses inclusions dépassent 1000 fichiers ou 4 Mio, à {file}.',
    next: 'Rendez le motif d’un `Include` plus étroit.',
  },
  'ssh-config-invalid': {
    message: '~/.ssh/config, ou un fichier qu’il inclut, ne peut être lu : {reason}.',
    next: 'Corrigez-le ; `ssh -G un-nom` donne la ligne où ssh s’arrête aussi.',
  },
  'ssh-host-not-found': {
    message: 'Il n’y a pas d’hôte « {name} » dans ~/.ssh/config.',
    next: 'Écrivez-le comme une ligne `Host` le nomme, ou ne nommez rien pour tout importer.',
  },
  'file-not-found': { message: 'Il n’y a pas de fichier {file}.', next: 'Vérifiez le chemin.' },
  'not-in-repository': {
    message: '{path} n’est pas à l’intérieur d’un dépôt monté.',
    next: 'Lancez la commande dans le dossier d’un dépôt monté.',
  },
  'no-compose-file': {
    message: 'Il n’y a pas de fichier compose dans {folder}, ni au-dessus dans {root}.',
    next: 'Allez dans le dossier qui le contient, ou nommez-le avec -f.',
  },
  'machine-unreachable': {
    message: '{host}:{port} est injoignable : {reason}.',
    next: 'Vérifiez l’adresse, le réseau et que la machine est en marche.',
  },
  'connection-lost': {
    message: 'La connexion à {host} est perdue : {reason}.',
    next: 'Ce qui a été lancé continue là-bas ; voyez-le avec `rdc op list` une fois la machine de retour.',
  },
  'repository-busy': {
    message: '« {name} » est retenu par {verb} {id}, lancé par {by}.',
    next: 'Attendez sa fin, suivez-le avec `rdc op follow {id}`, ou annulez-le avec `rdc op cancel {id}`.',
  },
  'machine-busy': {
    message: 'Une autre opération est en train de créer un dépôt sur cette machine.',
    next: 'Réessayez dans un instant.',
  },
  'configuration-busy': {
    message: '{file} est retenu par un autre programme.',
    next: 'Réessayez dans un instant.',
  },
  'operation-not-begun': {
    message:
      'L’opération sur « {name} » a pris fin avant de commencer : son processus sur la machine a été arrêté. Aucun dépôt n’a été modifié.',
    next: 'Réessayez.',
  },
  'operation-lost': {
    message: 'L’opération {id} a pris fin sans verdict : la machine a redémarré ou son processus a été tué.',
    next: 'Voyez son journal, et ce qui est en place avec `rdc repo list` et `rdc repo status` ; relancez l’action si elle n’est pas faite.',
  },
  'name-taken': {
    message: 'Il y a déjà un dépôt nommé « {name} ».',
    next: 'Choisissez un autre nom ; le dépôt existant n’a pas été touché.',
  },
  'context-exists': {
    message: 'Il y a déjà un contexte « {name} ».',
    next: 'Choisissez un autre nom, ou supprimez d’abord celui-là.',
  },
  'machine-exists': {
    message: 'Le contexte contient déjà une machine « {name} ».',
    next: 'Choisissez-lui un autre nom.',
  },
  'not-mounted': {
    message: '« {name} » n’est pas monté.',
    next: 'Montez-le d’abord, ou ajoutez --mount.',
  },
  'still-mounted': {
    message: '« {name} » est ouvert.',
    next: 'Arrêtez-le et fermez-le d’abord : `rdc repo down {name} --unmount`.',
  },
  'services-running': {
    message: '« {name} » a {running} conteneurs en marche.',
    next: 'Arrêtez-le et fermez-le d’un coup : `rdc repo down {name} --unmount`.',
  },
  'machine-not-set-up': {
    message: '{machine} n’est pas configurée : il manque {missing}.',
    next: 'Lancez `rdc context setup-machine {machine}`.',
  },
  'machine-unsupported': {
    message:
      '{machine} ({system}) ne peut pas être configurée avec les paquets de sa distribution : il manque {missing}.',
    next: 'Installez à la main ce qui manque, ou mettez à niveau la distribution, puis relancez la configuration.',
  },
  'datastore-differs': {
    message: '{machine} garde ses dépôts dans {theirs}, et non dans {ours}.',
    next: 'Ajoutez la machine avec --datastore {theirs} ; ou, si ce dossier est vide, retirez-y d’abord /etc/rediacc/renet.json.',
  },
  'nothing-to-start': {
    message: '« {name} » n’a pas de Rediaccfile : il n’y a rien à démarrer.',
    next: 'Placez un Rediaccfile dans {path} ou dans l’un de ses dossiers de premier niveau.',
  },
  'nothing-to-adopt': {
    message: '« {name} » n’a pas de fichier compose : il n’y a rien à adopter.',
    next: 'Placez un docker-compose.yml dans {path} ou dans l’un de ses dossiers de premier niveau.',
  },
  'changed-since-preview': {
    message: '« {name} » a changé depuis l’aperçu : ce qui a été montré n’est pas ce qui serait exécuté.',
    next: 'Regardez le nouvel aperçu et relancez.',
  },
  'disk-too-small': {
    message: '{size:octets}, c’est plus que les {available:octets} qui restent dans {path}.',
    next: 'Choisissez une taille plus petite ou libérez de la place sur la machine.',
  },
  'repository-damaged': {
    message: '« {name} » est endommagé : {reason}.',
    next: 'Rien n’a été modifié. Restaurez ce qui est nommé depuis une sauvegarde ; ce qui reste peut être démonté et supprimé.',
  },
  'volume-deleted': {
    message:
      'Le fichier du volume de « {name} » a été supprimé, mais « {name} » est encore monté : ses fichiers sont intacts, et perdus dès qu’il sera démonté ou que la machine s’arrêtera.',
    next: 'Sauvez ses fichiers maintenant, sur la machine : `sudo cp -a {path} AILLEURS`. Recréez-le ensuite ; arrêtez d’abord ses services si la copie doit être cohérente (`rdc repo down {name}`, sans --unmount).',
  },
  'stale-unfinished': {
    message: 'Le volume de « {name} » est là, et à côté de lui un volume inachevé, {file}.',
    next: 'Rien du dépôt n’est supprimé. S’il contient ce qu’il doit, supprimez l’autre : `sudo rm {file}`.',
  },
  'private-folder-unsafe': {
    message:
      '{path} n’est pas le dossier que Rediacc a fait pour les données Docker de « {name} » : c’est un lien, un fichier, le dossier d’un autre compte, ou il est sur un autre disque.',
    next: 'Rien n’en a été suivi ni modifié. Regardez ce que c’est, sur la machine (`sudo ls -ld {path}`). S’il contient les données Docker de « {name} » et que seul son propriétaire est faux, rendez-le à root : `sudo chown -h root:root {path}`. Sinon, mettez-le de côté, remettez le vrai dossier s’il a été déplacé, et réessayez.',
  },
  'private-folder-moved': {
    message: 'Les données Docker de « {name} » se trouvent dans {path}, où elles n’ont pas leur place.',
    next: 'Remettez-les en place sur la machine : `sudo mv {path} {expected}`. Sans elles, des volumes vides seraient créés.',
  },
  'volume-open-elsewhere': {
    message: 'Le volume de « {name} » est déjà ouvert sous {device}.',
    next: 'Fermez-le d’abord à cet endroit.',
  },
  'agent-older': {
    message: 'Sur {machine}, renet est en version {agent}, plus ancienne que ce programme ({ours}).',
    next: 'Mettez-le à jour avec `rdc context setup-machine {machine}`.',
  },
  'agent-newer': {
    message:
      'Sur {machine}, renet est en version {agent}, plus récente que ce programme ({ours}) et incompatible avec lui.',
    next: 'Mettez à jour ce programme.',
  },
  'agent-configuration-damaged': {
    message: '{file} ne nomme pas le datastore de cette machine.',
    next: 'Réécrivez-le avec `rdc context setup-machine NOM`, ou écrivez-y {"datastore":"/le/dossier"} à la main.',
  },
  'configuration-damaged': {
    message: '{file} est illisible : {reason}. Une copie a été gardée sous {kept}.',
    next: 'Corrigez le fichier gardé et remettez-le en place, ou recréez les entrées.',
  },
  'network-ids-exhausted': {
    message: 'La machine n’a plus d’ID réseau libre.',
    next: 'Supprimez un dépôt qui ne sert plus.',
  },
  'network-id-taken': {
    message:
      '« {name} » a l’ID réseau {networkId}, qui appartient à « {other} » dans {datastore} sur cette machine : tous deux auraient les mêmes adresses et le même socket Docker.',
    next: 'Donnez-en un autre à « {name} », une fois fermé : `rdc repo validate {name} --fix`.',
  },
  'daemon-of-another': {
    message:
      'Le démon Docker sur le socket de « {name} » (ID réseau {networkId}) appartient à autre chose : ses données sont dans {folder}.',
    next: 'Arrêtez celui-là, ou donnez un autre ID réseau à « {name} », une fois fermé : `rdc repo validate {name} --fix`.',
  },
  'keychain-absent': {
    message: 'Ce système n’a pas de trousseau capable de protéger une phrase secrète ({backend}).',
    next: 'Saisissez-la à chaque fois, ou installez et déverrouillez un trousseau, par exemple GNOME Keyring ou KWallet.',
  },
  'debugging-refused': {
    message:
      'L’application installée ne tourne pas sous un débogueur ({switch}) : on y tape des phrases secrètes.',
    next: 'Démarrez-la sans cette option ; pour la déboguer, lancez-la depuis ses sources avec `npm start`.',
  },
  'confirmation-needed': {
    message: 'Ceci supprime « {name} » et tout ce qu’il contient.',
    next: 'Confirmez en tapant son nom, ou avec --confirm {name}.',
  },
  'daemon-not-running': {
    message: 'Le démon Docker de « {name} » ne tourne pas.',
    next: 'Démarrez le dépôt avec `rdc repo up {name}`.',
  },
  'datastore-silent': {
    message: 'Le datastore {path} ne répond pas : son disque, ou le réseau où il se trouve, ne donne rien.',
    next: 'Regardez le disque ou le système de fichiers réseau sur la machine (`dmesg`, `findmnt -T {path}`). Ce qui tourne continue ; redemandez quand il répondra.',
  },
  'containers-unknown': {
    message:
      'Le démon Docker de « {name} » ne dit pas quels conteneurs il a, rien n’a donc été démarré : {reason}',
    next: 'Réessayez quand la machine sera moins chargée ; `rdc machine health` dit comment elle va.',
  },
  'daemon-silent': {
    message: 'Le démon Docker de « {name} » ne dit pas ce qui tourne, et fermer y mettrait fin : {reason}',
    next: 'Arrêtez-le et fermez-le d’un coup : `rdc repo down {name} --unmount`.',
  },
  'operation-log-damaged': {
    message: 'Le journal de l’opération {id} est illisible : {reason}.',
    next: 'Vérifiez le disque du datastore. Les autres opérations ne sont pas touchées ; le dossier .operations/{id} peut y être supprimé quand plus personne n’en a besoin.',
  },
  'still-running': {
    message: 'Ce que down() de « {name} » a laissé tourne encore : {containers}',
    next: 'Si cela doit s’arrêter aussi, faites-le dans down() : `renet compose -- down --remove-orphans` arrête aussi ce qui a quitté le fichier compose, `rdc repo exec {name} -- docker rm -f CONTENEUR` un seul, `rdc repo down {name} --unmount` tout.',
  },
  'remains-unknown': {
    message: 'On ne sait pas si quelque chose de « {name} » tourne encore : {reason}',
    next: 'Voyez `rdc repo status {name}` ; `rdc repo down {name} --unmount` arrête tout.',
  },
  'log-refused': {
    message: 'Docker ne donne pas le journal de {name} : {reason}',
    next: 'Lisez ce qui est dit. Si le fichier compose choisit un pilote de journal qui ne garde rien, comme none, choisissez-en un autre.',
  },
  'autostart-not-enabled': {
    message: '« {name} » ne démarre pas avec la machine.',
    next: 'Activez-le avec `rdc repo autostart enable {name}`.',
  },
  'autostart-order': {
    message: '« {name} » ne peut pas démarrer après « {after} » : celui-ci démarre après lui ({chain}).',
    next: 'Choisissez-en un autre, ou modifiez l’autre avec --no-after.',
  },
  'autostart-slot-needed': {
    message:
      'Aucun slot LUKS du volume de « {name} », hormis celui du démarrage automatique, n’est connu pour l’ouvrir ; celui-ci est resté intact.',
    next: 'Donnez-lui d’abord une phrase secrète dans le slot 0 (`cryptsetup luksAddKey --new-key-slot 0`), sinon personne ne pourrait plus l’ouvrir.',
  },
  'autostart-slot-taken': {
    message:
      'Le slot LUKS 1 de « {name} », nécessaire à la clé de démarrage automatique, contient une clé dont rien ne dit qu’elle est la sienne ; il est resté intact.',
    next: 'Si un changement de phrase secrète a été interrompu, relancez `rdc repo passphrase change {name}` avec les deux mêmes. Si c’est une phrase secrète ajoutée à la main, ajoutez-la encore ailleurs (`cryptsetup luksAddKey --new-key-slot 2 {file}`), puis videz le slot 1 en donnant la phrase d’un autre slot (`cryptsetup luksKillSlot {file} 1`).',
  },
  'passphrase-unproven': {
    message:
      'Le slot LUKS de la phrase secrète de « {name} » n’est plus tel qu’il était quand elle l’a ouvert la dernière fois ; la clé de démarrage automatique, peut-être la dernière qui ouvre le volume, est restée intacte.',
    next: 'Lancez `rdc repo autostart enable {name}` avec la phrase secrète. Si elle ouvre le volume, recommencez ; sinon, sauvez les données maintenant, tant que la clé l’ouvre.',
  },
  'key-slots-full': {
    message:
      'Les 32 slots LUKS de « {name} » sont occupés, et un changement de phrase secrète en demande un libre.',
    next: 'Videz-en un dont personne n’a besoin (`rdc repo validate {name}` les nomme) ; rien n’a été changé.',
  },
  'slot-in-use': {
    message: 'Le service « {service} » de « {name} » a encore besoin de son slot : {reason}.',
    next: 'Retirez-le d’abord des fichiers compose et arrêtez ses conteneurs ; rien n’a été modifié.',
  },
  'cannot-shrink': {
    message:
      '« {name} » fait {current:octets}, plus que {size:octets}. Un volume ne fait que grandir : ce qui se trouve dans la partie coupée serait perdu.',
    next: 'Choisissez une taille plus grande ; pour un volume plus petit, créez un nouveau dépôt et copiez-y les fichiers.',
  },
  'fork-needs-closed': {
    message:
      '« {name} » est ouvert, et le datastore ne peut pas copier un volume ouvert : son système de fichiers ne partage pas de blocs (pas de reflink).',
    next: 'Arrêtez-le et fermez-le d’abord : `rdc repo down {name} --unmount`. Sous XFS ou Btrfs, un dépôt en marche peut être dupliqué.',
  },
  'function-timed-out': {
    message: '{function} de {file} a été arrêtée après {seconds} s, le temps dont elle dispose ici.',
    next: 'Son journal : `rdc op follow {operation}` ; faites-la finir plus tôt, ou lancez ce qui est long dans un conteneur en arrière-plan.',
  },
  'autostart-key-missing': {
    message: 'La clé de démarrage automatique de « {name} » manque : {file}.',
    next: 'Relancez `rdc repo autostart enable {name}`, ou désactivez-le.',
  },
  'autostart-key-refused': {
    message: 'La clé de démarrage automatique de « {name} » n’ouvre pas le slot LUKS 1.',
    next: 'Relancez `rdc repo autostart enable {name}` : une nouvelle clé sera créée.',
  },
  'autostart-key-exposed': {
    message: 'La clé de démarrage automatique de « {name} » n’est pas réservée à root : {file} a {found}.',
    next: 'Relancez `rdc repo autostart enable {name}` : une nouvelle clé sera créée, car d’autres ont pu lire celle-ci.',
  },
  'autostart-slot-empty': {
    message:
      'Le volume de « {name} » n’a rien dans le slot LUKS 1, que la clé de démarrage automatique devrait ouvrir.',
    next: 'Relancez `rdc repo autostart enable {name}`, ou désactivez-le.',
  },
  'autostart-half-done': {
    message:
      'Le démarrage automatique de « {name} » n’a été activé ou désactivé qu’à moitié ; il reste : {found}.',
    next: 'Relancez `rdc repo autostart enable {name}` ou `disable {name}` jusqu’au bout.',
  },
  'autostart-unit': {
    message: 'Le service qui démarre les dépôts avec la machine n’est pas en place : {unit} est {found}.',
    next: 'Relancez `rdc repo autostart enable` sur l’un d’eux, ou `rdc context setup-machine`.',
  },
  'terminal-needed': {
    message: 'Un shell a besoin d’un terminal, et il n’y en a pas ici.',
    next: 'Exécutez une commande avec `rdc repo exec {name} -- COMMANDE`.',
  },
  'bad-port': { message: '« {port} » n’est pas un port.', next: 'Les ports vont de 1 à 65535.' },
  'port-needed': {
    message: 'Le service « {service} » écoute sur plusieurs ports : {ports}.',
    next: 'Nommez-en un : `rdc repo tunnel {name} {service}:PORT`.',
  },
  'service-silent': {
    message: 'Rien ne semble écouter à l’adresse de « {service} » ({address}).',
    next: 'Démarrez-le avec `rdc repo up {name}`, ou nommez le port : `rdc repo tunnel {name} {service}:PORT`.',
  },
  'port-in-use': {
    message: 'Le port {port} de cet ordinateur ne peut pas servir : {reason}.',
    next: 'Choisissez-en un autre avec --local, ou omettez l’option.',
  },
  'forwarding-not-allowed': {
    message: 'Le serveur SSH de {host} ne relaie pas d’autres connexions.',
    next: 'Mettez AllowTcpForwarding à yes (ou local) dans son sshd_config.',
  },
  'nothing-listens': {
    message: 'Rien ne répond à {host}:{port} sur la machine.',
    next: 'Voyez `rdc repo status` et les journaux du service.',
  },
  'file-exists': {
    message: '{file} existe déjà.',
    next: 'Choisissez un autre nom, ou ajoutez --overwrite.',
  },
  'not-a-header': {
    message: '{file} n’est pas l’en-tête entier d’un volume chiffré.',
    next: 'Donnez un fichier fait par `rdc repo header backup` ou `cryptsetup luksHeaderBackup` ; rien n’a été changé.',
  },
  'header-of-another': {
    message: 'Cet en-tête n’est pas celui de « {name} » : son UUID est {found}, et le volume a {expected}.',
    next: 'Donnez la sauvegarde de ce dépôt ; rien n’a été changé.',
  },
  'header-incomplete': {
    message: 'L’en-tête n’est pas arrivé entier. Rien n’a été changé.',
    next: 'Réessayez.',
  },
  'disk-full': {
    message: 'Le disque est plein : {path}.',
    next: 'Libérez-y de la place et réessayez ; ce qui était à moitié fait a été retiré.',
  },
  'disk-read-only': {
    message: 'Le disque n’accepte aucun changement, il est en lecture seule : {path}.',
    next: 'Le noyau fait cela d’un disque qui a des erreurs : `dmesg` sur la machine dit pourquoi. Ce qui tourne peut tout de même être arrêté et fermé.',
  },
  'mount-busy': {
    message: '« {name} » ne peut pas être démonté : il est utilisé par {holders}.',
    next: 'Mettez fin à ces processus (ou quittez le dossier dans vos terminaux) et réessayez.',
  },
  'not-a-repository-volume': {
    message: 'Le volume de « {name} » n’a pas d’en-tête LUKS.',
    next: 'Restaurez l’en-tête depuis une sauvegarde.',
  },
  'daemon-not-started': {
    message: 'Le démon Docker de « {name} » n’a pas démarré : {lines}',
    next: 'Lisez ses dernières lignes ci-dessus ; `journalctl -u {unit}` sur la machine les a toutes.',
  },
  'compose-invalid': {
    message: '{file}, ligne {line} : {reason}.',
    next: 'Corrigez le fichier compose et réessayez.',
  },
  'compose-network': {
    message:
      '{file}, ligne {line} : le service « {service} » utilise {what} ; ici, les services tournent sur le réseau de l’hôte.',
    next: 'Retirez-le : chaque service écoute plutôt sur sa propre adresse, ${variable}.',
  },
  'slots-file-invalid': {
    message: '{file} est inutilisable : {reason}.',
    next: 'Corrigez-le : chaque service a son propre slot, un entier de 0 à 60. Ou retirez-le pour que les adresses soient attribuées de nouveau.',
  },
  'too-many-services': {
    message: 'Un dépôt a de la place pour 61 services et « {service} » serait de trop. Rien n’a été écrit.',
    next: 'Libérez le slot d’un service disparu (`rdc repo slots`), ou répartissez les services sur plusieurs dépôts.',
  },
  'colliding-names': {
    message: 'Les services « {first} » et « {second} » donneraient tous deux {variable}.',
    next: 'Renommez l’un des deux ; un service disparu garde son nom tant que son slot n’est pas libéré (`rdc repo slots`).',
  },
  'two-rediaccfiles': {
    message: '{folder} contient à la fois « {first} » et « {second} ».',
    next: 'N’en gardez qu’un.',
  },
  'rediaccfile-syntax': {
    message: '{file} n’est pas du bash valide : {reason}',
    next: 'Corrigez-le ; `bash -n` sur la machine montre ce qui ne va pas à cet endroit.',
  },
  'rediaccfile-unchecked': {
    message: 'bash ne parvient pas à vérifier {file} à temps.',
    next: 'Raccourcissez-le, avec moins de parenthèses et de substitutions imbriquées ; rien n’en a été exécuté.',
  },
  'file-too-complex': {
    message: 'La lecture de {file} prend trop de temps ou trop de mémoire.',
    next: 'Raccourcissez-le et imbriquez-le moins.',
  },
  'file-too-large': { message: '{file} dépasse {limit}.', next: 'Réduisez-le.' },
  'unsafe-path': {
    message: '{path} a été refusé : {reason}.',
    next: 'Remplacez les liens par de vrais fichiers à l’intérieur du dépôt.',
  },
  'rediaccfile-ended': {
    message: '{file} a lui-même mis fin au shell pendant sa lecture : {reason}',
    next: 'Un Rediaccfile ne fait que définir des fonctions : retirez de son premier niveau `exit` et les commandes qui échouent sous `set -e`. `rdc op show {operation}` a le journal entier.',
  },
  'rediaccfile-ended-at': {
    message: '{file} a lui-même mis fin au shell à la ligne {line} pendant sa lecture : {reason}',
    next: 'Un Rediaccfile ne fait que définir des fonctions : retirez de son premier niveau ce qui met fin au shell à la ligne {line}. `rdc op show {operation}` a le journal entier.',
  },
  'rediaccfile-encoding': {
    message: '{file} n’est pas un texte que bash sait lire : {reason}',
    next: 'Enregistrez-le de nouveau en UTF-8 sans marque d’ordre des octets, avec des fins de ligne Unix (LF) ; rien n’en a été exécuté.',
  },
  'function-failed': {
    message: '{function} de {file} s’est terminée avec le code {exitCode}.',
    next: 'Ses dernières lignes disent pourquoi ; `rdc op show {operation}` a le journal entier.',
  },
  'step-failed': {
    message: 'Échec de l’étape {step} : {reason}',
    next: 'Lisez ce qui est dit, corrigez et réessayez.',
  },
  'secret-not-delivered': {
    message: 'La connexion a pris fin avant que la phrase secrète ne soit remise. Rien n’a été modifié.',
    next: 'Relancez.',
  },
  'resident-silent': {
    message: 'L’agent qui vient d’être démarré ne répond pas.',
    next: 'Sur la machine, `journalctl -u {unit}` dit pourquoi. En attendant, chaque connexion démarre son propre agent.',
  },
  'setup-failed': {
    message: 'La configuration de {machine} s’est arrêtée à « {step} » : {reason}',
    next: 'Corrigez et relancez la configuration ; elle reprend là où elle s’est arrêtée.',
  },
  'agent-checksum': {
    message: 'L’agent arrivé sur {machine} n’est pas celui qui a été envoyé.',
    next: 'Relancez la configuration.',
  },
  cancelled: {
    message: 'Annulé.',
    next: 'Ce qui a été exécuté est nommé ci-dessus ; relancez le verbe quand vous voudrez.',
  },
  'operation-left': {
    message: 'L’opération {id} continue sur la machine.',
    next: 'Suivez-la avec `rdc op follow {id}`, arrêtez-la avec `rdc op cancel {id}`.',
  },
  'start-left': {
    message: 'On ne sait pas si {verb} de « {name} » a commencé : son départ n’a pas été attendu.',
    next: 'Cherchez l’opération avec `rdc op list` ; `rdc op cancel ID` l’arrête.',
  },
};
