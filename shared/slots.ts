import * as z from 'zod';
import { AppError } from './errors.ts';
import type { Notice } from './notices.ts';
import { addressOf, SLOT_COUNT, variableOf } from './network.ts';
import { compareBytewise } from './order.ts';

const objectSchema = z.looseObject({});
const entrySchema = z.looseObject({ slot: z.int().nonnegative().lt(SLOT_COUNT) });

/** `.rediacc.json`: service -> slot. Keys that we do not know, on any level, belong to somebody and survive. */
export interface SlotsFile {
  services: Record<string, z.infer<typeof entrySchema>>;
  [key: string]: unknown;
}

/** Characters of a wrong value that an error shows. */
const EXCERPT = 60;

/**
 * Returns the content of a `.rediacc.json`; `text` undefined: there is none yet. `file` names it in errors. Throws
 * slots-file-invalid when it is not JSON, has another shape, or gives one slot twice.
 */
export function parseSlotsFile(text: string | undefined, file: string): SlotsFile {
  if (text === undefined) return { services: {} };
  const document = parseJson(text, file);
  checkShape(document, file);
  const holders = new Map<number, string>();
  for (const { name, slot } of serviceSlots(document)) {
    const other = holders.get(slot);
    if (other !== undefined) throw invalid(file, `services.${other}.slot = services.${name}.slot = ${slot}`);
    holders.set(slot, name);
  }
  return document;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'JSON');
  }
}

/** Checks the document itself, not a copy that zod made: a copy would lose a service named `__proto__`. */
function checkShape(document: unknown, file: string): asserts document is SlotsFile {
  if (!isObject(document)) throw invalid(file, excerpt(document));
  const { services } = document;
  if (!isObject(services)) throw invalid(file, `services = ${excerpt(services)}`);
  for (const [name, entry] of Object.entries(services)) {
    if (!entrySchema.safeParse(entry).success) throw invalid(file, `services.${name} = ${excerpt(entry)}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return objectSchema.safeParse(value).success;
}

/** Returns the beginning of a value as the file has it. */
function excerpt(value: unknown): string {
  return value === undefined ? '?' : JSON.stringify(value).slice(0, EXCERPT);
}

function invalid(file: string, reason: string): AppError {
  return new AppError('slots-file-invalid', { file, reason });
}

/**
 * Gives the services of one scan their slots. The new ones, sorted bytewise, take the lowest free slots in that order;
 * an existing service keeps its slot, and one that is in no compose file any more keeps it too, until it is released.
 * `added` in the order of assignment; `notices`: services whose name gives no variable. `current` is left as it is.
 * Throws too-many-services and colliding-names, before anything is assigned.
 */
export function assignSlots(
  current: SlotsFile,
  services: readonly string[],
): { file: SlotsFile; added: { service: string; slot: number }[]; notices: Notice[] } {
  const present = [...new Set(services)].sort(compareBytewise);
  refuseCollisions(current, present);
  const taken = new Set(serviceSlots(current).map(({ slot }) => slot));
  const free = Array.from({ length: SLOT_COUNT }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  const fresh = present.filter((service) => !Object.hasOwn(current.services, service));
  const added = fresh.map((service, at) => {
    const slot = free[at];
    if (slot === undefined) throw new AppError('too-many-services', { service });
    return { service, slot };
  });
  // fromEntries and spread define properties where an assignment to `__proto__` would change the prototype.
  const entries = Object.fromEntries(added.map(({ service, slot }) => [service, { slot }]));
  const nameless = present.filter((service) => variableOf(service) === undefined);
  return {
    file: { ...current, services: { ...current.services, ...entries } },
    added,
    notices: nameless.map((service) => ({ code: 'no-variable', details: { service } })),
  };
}

/**
 * Refuses two services that would share one variable, when at least one of them is present: also one that is gone
 * but keeps its slot, since the functions' environment has a variable for every service of the file.
 */
function refuseCollisions(current: SlotsFile, present: readonly string[]): void {
  const gone = Object.keys(current.services).filter((service) => !present.includes(service));
  const owners = new Map<string, string>();
  for (const service of [...gone.sort(compareBytewise), ...present]) {
    const variable = variableOf(service);
    if (variable === undefined) continue;
    const other = owners.get(variable);
    if (other !== undefined && !gone.includes(service)) {
      const [first = other, second = service] = [other, service].sort(compareBytewise);
      throw new AppError('colliding-names', { first, second, variable });
    }
    owners.set(variable, service);
  }
}

/** Returns the file without a service, and the slot that is free again; undefined: the file has no such service. */
export function releaseSlot(
  current: SlotsFile,
  service: string,
): { file: SlotsFile; slot: number } | undefined {
  if (!Object.hasOwn(current.services, service)) return undefined;
  const entries = Object.entries(current.services);
  const slot = entries.find(([name]) => name === service)?.[1].slot ?? 0;
  const others = Object.fromEntries(entries.filter(([name]) => name !== service));
  return { file: { ...current, services: others }, slot };
}

/**
 * Returns the text of a `.rediacc.json`: the same content gives the same bytes (numbers are as exact as JavaScript's).
 */
export function renderSlotsFile(file: SlotsFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Returns the environment variables {SERVICE}_IP of every service in the file whose name gives one. */
export function addressesOf(file: SlotsFile, networkId: number): Record<string, string> {
  return Object.fromEntries(
    serviceSlots(file).flatMap(({ name, slot }) => {
      const variable = variableOf(name);
      return variable === undefined ? [] : [[variable, addressOf(networkId, slot)]];
    }),
  );
}

/** Returns the services of the file, by slot. */
export function serviceSlots(file: SlotsFile): { name: string; slot: number }[] {
  return Object.entries(file.services)
    .map(([name, { slot }]) => ({ name, slot }))
    .sort((a, b) => a.slot - b.slot);
}
