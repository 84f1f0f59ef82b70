import type { manageEn } from './manage.en.ts';

/** Ce que disent les réglages d’un dépôt et ses constats, en français, partie de fr.ts. */
export const manageFr: typeof manageEn = {
  changes: 'Modifications',
  name: 'Nom',
  rename: 'Renommer',
  renameTitle: 'Renommer {name} sur {machine}',
  renameHelp: 'Seuls son nom et le lien dans le datastore changent ; ce qui tourne continue.',
  newName: 'Nouveau nom',
  renameTaken: '{machine} a déjà un dépôt de ce nom.',
  header: 'Sauvegarde de l’en-tête',
  headerHelp: 'Sans l’en-tête LUKS, personne n’ouvre le volume, même avec la phrase secrète.',
  copyCommand: 'Copier la commande',
  remembered: 'Phrase secrète mémorisée',
  rememberedHelp: 'Elle est gardée dans le trousseau de cet ordinateur.',
  forget: 'L’oublier',
  slots: 'Adresses de services disparus',
  slotsHelp: 'Chacune attend le retour de son service, jusqu’à ce qu’elle soit rendue.',
  slot: 'slot {slot}, {address}',
  release: 'La rendre',
  releaseNamed: 'Rendre le slot de {service}',
  releaseTitle: 'Rendre le slot {slot} de {service} ?',
  releaseHelp:
    'Le prochain nouveau service de {name} le recevra. Si {service} revient, il aura une autre adresse.',
  findings: 'Constats',
  findingsNone: 'Rien à signaler.',
  findingsAge: 'examiné {age}',
  looking: 'Examen du volume, des fichiers et des adresses.',
  look: 'Examiner à nouveau',
};
