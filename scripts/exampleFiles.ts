import { templates } from '../shared/templates.ts';

/**
 * The source document's complete example, its Rediaccfile to the letter and its compose file with the image names of
 * the sandbox machine's own registry.
 */
export const exampleFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(templates['webapp'] ?? {}).map(([path, text]) => [
    path,
    text.replaceAll('    image: ', '    image: 127.0.0.1:5000/'),
  ]),
);
