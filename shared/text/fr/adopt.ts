import type { adoptEn, adoptLinesEn } from '../en/adopt.ts';

/** What `adopt` says and asks, in French; part of fr/findings.ts. */
export const adoptFr: typeof adoptEn = {
  'adopt-documents': {
    message: '{file} contient plusieurs documents YAML, ou aucun ; rien n’a été changé dans son dossier.',
    next: 'Mettez les services dans un seul document.',
  },
  'adopt-tags': {
    message: '{file} emploie `!reset` ou `!override` ; rien n’a été changé dans son dossier.',
    next: 'Les fichiers peuvent-ils n’en faire qu’un, sans ces étiquettes ?',
  },
  'adopt-include': {
    message:
      '{file} inclut d’autres fichiers, que adopt ne change pas ; rien n’a été changé dans son dossier.',
    next: 'Les services peuvent-ils tenir dans un seul fichier ?',
  },
  'adopt-no-services': {
    message: '{file} n’a pas de `services:`, comme les fichiers compose depuis leur deuxième version.',
    next: 'Mettez les services sous `services:`, ou retirez le fichier.',
  },
  'adopt-two-files': {
    message: '{file} ligne {line} : « {service} » est écrit dans deux fichiers.',
    next: 'Lequel doit dire où il écoute ? Mettez le service dans un seul fichier, ou changez-le à la main.',
  },
  'adopt-extends': {
    message: '{file} ligne {line} : « {service} » étend un autre service, ou est étendu.',
    next: 'Où chacun des deux doit-il écouter ? Écrivez les services en entier, ou changez-les à la main.',
  },
  'adopt-network-mode': {
    message: '{file} ligne {line} : « {service} » emploie le réseau d’autre chose (`network_mode:`).',
    next: 'Peut-il être sur le réseau de l’hôte et écouter sur {address} ? Retirez alors `network_mode:`.',
  },
  'adopt-copies': {
    message:
      '{file} ligne {line} : « {service} » tourne plusieurs fois, ou le fichier ne dit pas combien de fois.',
    next: 'Une adresse ne s’écoute qu’une fois : peut-il tourner une fois, ou comme plusieurs services ?',
  },
  'adopt-key': {
    message: '{file} ligne {line} : `{key}` de « {service} » ne va pas avec le réseau de l’hôte.',
    next: 'Peut-on s’en passer ?',
  },
  'adopt-name': {
    message:
      '{file} ligne {line} : d’autres atteignent « {service} » sous le nom « {name} », que seul un réseau de Compose connaît.',
    next: 'Peuvent-ils dire « {service} », ou {address} ?',
  },
  'adopt-shared': {
    message:
      '{file} ligne {line} : `{key}` de « {service} » devrait changer, et se trouve là où d’autres l’emploient aussi, ou sous une forme où il ne peut pas changer seul.',
    next: 'Écrivez-le en entier pour « {service} » (sans ancre, alias ni clé de fusion, sur ses propres lignes), ou changez-le à la main.',
  },
  'adopt-links': {
    message:
      '{file} ligne {line} : `links:` de « {service} » donne à un autre service un second nom, qui est employé.',
    next: 'Peut-on employer le nom du service lui-même ?',
  },
  'adopt-service-name': {
    message:
      '{file} ligne {line} : le nom « {service} » ne donne pas de variable ; le service ne peut donc pas connaître son adresse.',
    next: 'Peut-il avoir un nom fait de lettres, de chiffres et de tirets ?',
  },
  'adopt-healthcheck': {
    message:
      '{file} ligne {line} : on ne sait pas où le contrôle de santé de « {service} » pose sa question.',
    next: 'Comment la pose-t-il à {address} au lieu de localhost ?',
  },
  'adopt-build': {
    message: '{file} ligne {line} : « {service} » est construit ici, et rien ne dit où il écoute.',
    next: 'Quelle option ou variable le fait écouter sur {address} ? S’il n’écoute nulle part, il suffit de retirer `networks:` et `ports:`.',
  },
  'adopt-image': {
    message: '{file} ligne {line} : on ne sait pas où écoute « {service} » ({image}).',
    next: 'Quelle option ou variable le fait écouter sur {address} ? S’il n’écoute nulle part, il suffit de retirer `networks:` et `ports:`.',
  },
  'adopt-command': {
    message:
      '{file} ligne {line} : ce avec quoi « {service} » démarre n’a pas une forme où son adresse puisse être mise sans risque.',
    next: 'Quelle option le fait écouter sur {address} ?',
  },
  'adopt-settings': {
    message: '{file} ligne {line} : un fichier à lui décide où « {service} » écoute.',
    next: 'Quelle ligne de ce fichier le fait écouter à sa propre adresse ? Donnez-lui {address}, par exemple par une variable d’environnement.',
  },
  'adopt-ports': {
    message:
      '{file} ligne {line} : « {service} » est atteint à des ports dont on ne sait pas comment il y écoute.',
    next: 'Qu’est-ce qui le fait écouter sur {address} à chacun d’eux ?',
  },
  'adopt-variable': {
    message:
      '{file} ligne {line} : les variables de « {service} » disent où il écoute d’une façon qui n’est pas connue.',
    next: 'Laquelle le fait écouter sur {address} ?',
  },
  'adopt-external-network': {
    message:
      '{file} ligne {line} : le réseau « {name} » est fait ailleurs ; les services d’autres projets qui y sont ne sont pas dans ce dépôt.',
    next: 'S’il en faut un, mettez-le dans ce dépôt, ou laissez les dépôts s’atteindre : `rdc repo allow`.',
  },
};

/** The other lines of `renet adopt`, in French. */
export const adoptLinesFr: typeof adoptLinesEn = {
  nothing: '« {name} » : aucun fichier n’a à changer.',
  preview: 'Rien n’a été écrit. Pour l’écrire : `renet adopt {name} --write`.',
  written: 'Écrit : {file}.',
};
