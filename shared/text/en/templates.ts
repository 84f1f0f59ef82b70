/** The templates for a new repository, by the template's id (templates.ts). */
export const templatesEn = {
  one: { name: 'One service', about: 'A web server on its own address, to see how it works.' },
  webapp: { name: 'PostgreSQL, Redis and an API', about: 'Three services, one of them your own image.' },
};
