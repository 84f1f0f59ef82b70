import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Notice } from '../notices.ts';
import { addressOf, SLOT_COUNT, variableOf } from './network.ts';
import { compareBytewise } from '../order.ts';

const objectSchema = z.looseObject({});
const entrySchema = z.looseObject({ slot: z.int().nonnegative().lt(SLOT_COUNT) });

/**
 * The contents of `.rediacc.json`: the slot of each service. Unknown keys, on any level, belong to somebody else and
 * are kept.
 */
export interface SlotsFile {
  services: Record<string, z.infer<typeof entrySchema>>;
  [key: string]: unknown;
}

/** The characters of a wrong value that an error shows. */
const EXCERPT = 60;

/**
 * Parses the text of a `.rediacc.json`; undefined text gives an empty one. `file`: the name of the file in errors.
 * Throws slots-file-invalid when the text is not JSON, has another shape, or gives one slot twice.
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

/** Checks the document itself and not a copy made by zod: a copy would lose a service named `__proto__`. */
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

/** Returns the beginning of a value as JSON, as the file has it. */
function excerpt(value: unknown): string {
  return value === undefined ? '?' : JSON.stringify(value).slice(0, EXCERPT);
}

function invalid(file: string, reason: string): AppError {
  return new AppError('slots-file-invalid', { file, reason });
}

/**
 * Assigns slots to the services of one scan. New services, sorted bytewise, take the lowest free slots in that order. A
 * known service keeps its slot, even when it is in no compose file any more, until the slot is released. `added` is in
 * the order of assignment; `notices` name services whose name gives no variable. `current` is not changed. Throws
 * too-many-services and colliding-names, before anything is assigned.
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
  // fromEntries and spread define properties; an assignment to `__proto__` would change the prototype.
  const entries = Object.fromEntries(added.map(({ service, slot }) => [service, { slot }]));
  const nameless = present.filter((service) => variableOf(service) === undefined);
  return {
    file: { ...current, services: { ...current.services, ...entries } },
    added,
    notices: nameless.map((service) => ({ code: 'no-variable', details: { service } })),
  };
}

/** Returns the notice (services-assigned) about slots that were just given. */
export function assignedNotice(added: readonly { service: string; slot: number }[]): Notice {
  const services = added.map(({ service, slot }) => `${service} ${slot}`).join(', ');
  return { code: 'services-assigned', details: { services } };
}

/**
 * Refuses two services that would share one variable, when at least one of them is present. The other may be gone and
 * only keep its slot, since the functions' environment has a variable for every service of the file.
 */
function refuseCollisions(current: SlotsFile, present: readonly string[]): void {
  const gone = Object.keys(current.services).filter((service) => !present.includes(service));
  const owners = new Map<string, string>();
  for (const service of [...gone.sort(compareBytewise), ...present]) {
    const variable = variableOf(service);
    if (variable === undefined) continue;
    const other = owners.get(variable);
    if (other !== undefined && !gone.includes(service)) {
      const [first, second] = compareBytewise(other, service) < 0 ? [other, service] : [service, other];
      throw new AppError('colliding-names', { first, second, variable });
    }
    owners.set(variable, service);
  }
}

/** Returns the file without a service, and the slot that is free now; undefined when the file has no such service. */
export function releaseSlot(
  current: SlotsFile,
  service: string,
): { file: SlotsFile; slot: number } | undefined {
  const entries = Object.entries(current.services);
  const released = entries.find(([name]) => name === service);
  if (released === undefined) return undefined;
  const [, { slot }] = released;
  const others = Object.fromEntries(entries.filter((entry) => entry !== released));
  return { file: { ...current, services: others }, slot };
}

/**
 * Returns the text of a `.rediacc.json`. The same contents give the same bytes (numbers are as exact as JavaScript's).
 */
export function renderSlotsFile(file: SlotsFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Returns the environment variables {SERVICE}_IP of all services in the file whose names give one. */
export function addressesOf(file: SlotsFile, networkId: number): Record<string, string> {
  return Object.fromEntries(
    serviceSlots(file).flatMap(({ name, slot }) => {
      const variable = variableOf(name);
      return variable === undefined ? [] : [[variable, addressOf(networkId, slot)]];
    }),
  );
}

/** Returns the services of the file, in the order of their slots. */
export function serviceSlots(file: SlotsFile): { name: string; slot: number }[] {
  return Object.entries(file.services)
    .map(([name, { slot }]) => ({ name, slot }))
    .sort((a, b) => a.slot - b.slot);
}
