import type { reasonsEn } from '../en/reasons.ts';

export const reasonsFr: typeof reasonsEn = {
  'syntax-error': 'l’erreur est à la ligne {line}.',
  'no-answer': 'pas de réponse',
  closed: 'elle a été fermée',
  'closed-here': 'elle a été terminée de ce côté',
  'closed-there': 'l’autre côté a fermé la connexion',
  'renet-ending': 'renet se termine',
  'renet-ended': 'renet s’est terminé avec le code {exitCode}',
  'renet-ended-saying': 'renet s’est terminé avec le code {exitCode} : {output}',
  'key-locked': 'elle a une phrase secrète, et aucun agent SSH ne tourne',
  'key-not-loaded': 'elle a une phrase secrète, et l’agent SSH ne la détient pas',
  'agent-silent': 'elle a une phrase secrète, et l’agent SSH ne répond pas',
  'public-half-needed':
    'elle a une phrase secrète, et il faut aussi sa moitié publique, {file}.pub : {cause}',
  'datastore-relative': 'Le datastore « {datastore} » n’est pas un chemin absolu',
  'machine-incomplete': 'Il faut à une machine une adresse et un utilisateur',
  'not-an-age': '« {age} » n’est pas une durée, comme 30m, 8h ou 7d',
  'not-seconds': '« {delay} » n’est pas un nombre entier de secondes, 3600 au plus',
  'too-many-logs': 'Trop de journaux sont ouverts',
  'word-missing': 'Il manque {missing} à `{command}`',
  'word-too-many': '`{command}` n’admet pas « {word} »',
  'option-of-another': '`{command}` n’admet pas {option}',
  'option-missing': 'Il manque {option} à `{command}`',
};
