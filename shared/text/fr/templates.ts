import type { templatesEn } from '../en/templates.ts';

export const templatesFr: typeof templatesEn = {
  one: { name: 'Un service', about: 'Un serveur web à sa propre adresse, pour voir comment cela marche.' },
  webapp: { name: 'PostgreSQL, Redis et une API', about: 'Trois services, dont un avec votre propre image.' },
};
