import { addCommand, addFlags, commandOf, replaceInCommand } from './command.ts';
import { imageOf } from './composeService.ts';
import type { WrittenService } from './composeService.ts';
import type { Listening } from './listening.ts';
import { mountsOf } from './mounts.ts';
import { variablesOf } from './environment.ts';

const ENTRYPOINT = /--entrypoints\.([\w-]+)\.address[= ](\S+)/gi;
/** What traefik serves on an entry point of its own, port 8080, where none is named. */
const OWN_ENTRYPOINT =
  /--(api\.insecure(?!=false)|ping(=true)?(?![\w.=])|metrics\.prometheus(=true)?(?![\w.=]))/i;

/** Tells whether a service is traefik. */
export function isTraefik(service: WrittenService): boolean {
  const { owner, name } = imageOf(service);
  return name === 'traefik' && (owner === '' || owner === 'library') && service.field('build') === undefined;
}

/** Lets traefik's entry points, which flags name, listen at its address. Its first version names them otherwise. */
export function listenAsTraefik(service: WrittenService, address: string): Listening {
  const command = commandOf(service);
  if (command === 'odd' || service.field('entrypoint') !== undefined) return { asks: 'adopt-command' };
  if (/^v?1(\.|-|$)/.test(imageOf(service).tag) || command?.isShell === true)
    return { asks: 'adopt-command' };
  const isInFile = mountsOf(service).some((mount) =>
    /traefik\.(ya?ml|toml)|:\/etc\/traefik\/?(:|$)/.test(mount),
  );
  if (isInFile || /--configfile/i.test(command?.line ?? '')) return { asks: 'adopt-settings' };
  if (variablesOf(service).some(({ name }) => /^TRAEFIK_ENTRYPOINTS/i.test(name)))
    return { asks: 'adopt-variable' };
  const line = command?.line ?? '';
  const points = [...line.matchAll(ENTRYPOINT)].map(([, name = '', value = '']) => ({ name, value }));
  const open = points.filter(({ value }) => !value.includes(address));
  if (open.some(({ value }) => !/^["']?(0\.0\.0\.0|\[::\])?:\d+(\/(tcp|udp))?["']?$/.test(value)))
    return { asks: 'adopt-command' };
  const missing = [
    ...(points.length === 0 ? [`--entrypoints.http.address=${address}:80`] : []),
    ...(OWN_ENTRYPOINT.test(line) && !points.some(({ name }) => name.toLowerCase() === 'traefik')
      ? [`--entrypoints.traefik.address=${address}:8080`]
      : []),
  ];
  if (open.length + missing.length === 0) return { edits: [] };
  if (command === undefined) {
    const added = addCommand(service, missing);
    return added === undefined ? { asks: 'adopt-shared' } : { edits: added };
  }
  if (command.shared) return { asks: 'adopt-shared' };
  const pattern = /(?<=--entrypoints\.[\w-]+\.address[= ])(?:0\.0\.0\.0|\[::\])?:(?=\d)/gi;
  const edits = replaceInCommand(service, pattern, () => `${address}:`);
  const added = missing.length === 0 ? [] : addFlags(service, missing);
  if (edits?.length !== open.length || added === undefined) return { asks: 'adopt-command' };
  return { edits: [...edits, ...added] };
}
