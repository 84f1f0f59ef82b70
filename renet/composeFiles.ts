import { parse } from 'yaml';
import { composeFilesOf } from '../shared/discovery.ts';
import type { Listing } from '../shared/discovery.ts';
import type { Notice } from '../shared/model.ts';
import { readInside } from './insideFile.ts';

/** PLACEHOLDER of the lead, to be replaced by the compose engineer. */
export async function gatherServices(
  root: string,
  listings: readonly Listing[],
): Promise<{ services: string[]; notices: Notice[] }> {
  const services: string[] = [];
  for (const listing of listings) {
    if (!listing.entries.some((entry) => entry.name.toLowerCase() === 'rediaccfile')) continue;
    for (const name of composeFilesOf(listing)) {
      const text = await readInside(root, listing.folder === '' ? name : `${listing.folder}/${name}`);
      services.push(...Object.keys((parse(text) as { services?: object }).services ?? {}));
    }
  }
  return { services: [...new Set(services)], notices: [] };
}
