import { adoptFr, adoptLinesFr } from './adopt.ts';
import type { findingsEn } from '../en/findings.ts';

/** The findings of `repo validate`, in French; part of fr/fr.ts. */
export const findingsFr: typeof findingsEn = {
  severities: { error: 'erreur', warning: 'avertissement', information: 'note' },
  clean: '« {name} » : rien à redire.',
  nothingToMend: 'Il n’y a rien ici que --fix puisse réparer ; rien n’a été changé.',
  counted: '« {name} » : erreurs {errors}, avertissements {warnings}.',
  adopt: adoptLinesFr,
  own: {
    ...adoptFr,
    'volume-sparse': {
      message: '{missing} Mio du volume de « {name} » ne sont pas réservés sur le datastore.',
      next: 'Gardez le datastore loin d’être plein, ou donnez au volume tout son espace : `fallocate -l {size} {file}`.',
    },
    'volume-exposed': {
      message: 'D’autres que root peuvent atteindre le volume {file} ({mode}).',
      next: 'Réservez-le à root : `chown root:root {file}`, `chmod 600 {file}`.',
    },
    'volume-not-grown': {
      message:
        'Le volume de « {name} » a {spare} Mio que son système de fichiers n’utilise pas : l’agrandissement n’est pas allé à son terme.',
      next: 'Relancez `rdc repo resize {name}` à la taille du volume.',
    },
    'name-link': {
      message: 'Le lien {file} ne mène pas à « {name} ».',
      next: 'Démontez le dépôt et montez-le de nouveau : cela refait le lien.',
    },
    'network-id-shared': {
      message: '« {name} » et « {other} » ont le même ID réseau, {networkId}, donc les mêmes adresses.',
      next: '« {name} » l’a eu en premier et le garde. Donnez le sien à l’autre, une fois fermé : `rdc repo validate {other} --fix`.',
    },
    'passphrase-slot-empty': {
      message: 'Le volume de « {name} » n’a pas de phrase secrète : le slot LUKS 0 est vide.',
      next: 'Lancez `rdc repo passphrase change {name}` : la phrase secrète revient dans le slot 0, de quelque slot que ce soit.',
    },
    'passphrase-change-half-done': {
      message:
        'Un changement de la phrase secrète de « {name} » a été interrompu : le slot LUKS {replacement} contient la nouvelle ; restent à vider, avec l’ancienne ou à moitié vidés : {replaced}.',
      next: 'Relancez `rdc repo passphrase change {name}` avec les mêmes ancienne et nouvelle phrases : le changement est achevé. D’ici là, ne videz aucun slot à la main.',
    },
    'passphrase-change-begun': {
      message:
        'Un changement de la phrase secrète de « {name} » a été interrompu avant que la nouvelle soit dans un slot ; l’ancienne est dans le slot LUKS {replaced}.',
      next: 'Relancez `rdc repo passphrase change {name}` ; la même phrase comme ancienne et nouvelle annule le changement.',
    },
    'weak-key-derivation': {
      message:
        'La phrase secrète de « {name} » est renforcée par {kdf} au lieu d’argon2id, ce qui est plus faible.',
      next: 'Renforcez-la de nouveau : `cryptsetup luksConvertKey --key-slot 0 --pbkdf argon2id {file}`.',
    },
    'other-key-slots': {
      message: 'Le volume de « {name} » a des clés dans des slots qui ne sont pas ceux de Rediacc : {slots}.',
      next: 'Vérifiez d’abord que votre phrase secrète ouvre le slot 0 (`cryptsetup open --test-passphrase --key-slot 0 {file}`). Si personne ne connaît les autres, videz-les avec `cryptsetup luksKillSlot {file} SLOT`.',
    },
    'filesystem-errors': {
      message: 'Le système de fichiers de « {name} » a des erreurs : {found}.',
      next: 'Sauvez ce qui se lit. Puis fermez-le, ouvrez le volume à la main (`cryptsetup open {file} check`) et réparez-le (`e2fsck -f /dev/mapper/check`).',
    },
    'filesystem-not-checked': {
      message: 'Le système de fichiers de « {name} » n’a pas été vérifié : {reason}.',
      next: 'Montez-le et validez-le de nouveau.',
    },
    'not-looked-inside': {
      message:
        '« {name} » est fermé : son système de fichiers, ses Rediaccfiles, ses fichiers compose et ses adresses n’ont pas été examinés.',
      next: 'Montez-le et validez-le de nouveau.',
    },
    'slot-kept': {
      message:
        'Le slot {slot} est gardé pour « {service} », qui ne tourne pas et n’est dans aucun fichier compose qu’un up regarde.',
      next: 'Rendez-le avec `rdc repo slots release {name} {service}` si le service ne revient pas.',
    },
    'service-silent': {
      message: 'Le service « {service} » est en marche, et rien n’écoute à son adresse, {address}.',
      next: 'Rien à faire s’il n’a pas besoin d’adresse ; sinon, faites-le écouter sur ${variable}.',
    },
  },
  fixes: {
    'slot-one-taken':
      'Si un changement de phrase secrète a été interrompu, relancez `rdc repo passphrase change {name}` avec les deux mêmes. Ne videz le slot qu’après avoir vu que votre phrase en ouvre un autre : `cryptsetup open --test-passphrase --key-slot 0 {file}`.',
    'neighbours-open':
      'Faites confiance à chaque service de cette machine, ou prenez un noyau avec BPF pour les groupes de contrôle (cgroup v2).',
    'neighbours-open-older': 'Lancez `rdc repo up {name}`.',
    'link-skipped': 'Mettez un vrai fichier à sa place.',
    'sudo-docker': 'Écrivez `docker`, ou `sudo -E docker`.',
    'writable-by-others':
      'Retirez le droit d’écriture : `chmod go-w {file}`, et donnez-le au propriétaire du dépôt.',
    'ports-ignored': 'Retirez `ports:` et faites écouter le service sur ${variable}.',
    'replicas-share-address':
      'Mettez 1. Pour en avoir plusieurs qui écoutent, écrivez un service pour chacun : chacun a alors son adresse. Ne le gardez que si aucun n’écoute, comme des workers.',
    'two-folders-one-project':
      'Donnez un nom propre à l’un d’eux : `name: UN_NOM` dans son fichier compose, ou COMPOSE_PROJECT_NAME dans son `.env`. Arrêtez d’abord ce qui y tourne : sous le nouveau nom c’est un autre projet.',
    'service-in-two-folders': 'Renommez l’un des deux, sauf si c’est un seul et même service.',
    'no-variable': 'Donnez au service un nom fait de lettres, de chiffres et de tirets.',
    'service-without-address': 'Lancez `rdc repo up {name}`.',
    'listener-without-service':
      'Voyez qui c’est avec `ss -ltunp` sur la machine ; arrêtez-le, ou faites-en un service.',
    'listens-elsewhere':
      'Faites-le écouter à sa propre adresse : deux dépôts peuvent alors utiliser un même port, et aucun n’est ouvert au réseau.',
  },
};
