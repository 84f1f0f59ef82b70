import { z } from 'zod';
import { AppError } from './errors.ts';
import type { Notice } from './model.ts';
import { addressOf, SLOT_COUNT, variableOf } from './network.ts';
import { compareBytewise } from './order.ts';

/** `.rediacc.json`; keys we do not know survive a rewrite. */
const slotsFileSchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ slot: z.number().int().min(0).max(SLOT_COUNT - 1) })).optional(),
});
export type SlotsFile = z.infer<typeof slotsFileSchema>;

/** The file's text, or that there is none yet, as data. Throws slots-file-invalid. */
export function parseSlotsFile(text: string | undefined, file: string): SlotsFile {
  if (text === undefined) return { services: {} };
  const refuse = (reason: string): AppError => new AppError('slots-file-invalid', { file, reason });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('it is not JSON');
  }
  const parsed = slotsFileSchema.safeParse(value);
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const bySlot = new Map<number, string>();
  for (const { name, slot } of serviceSlots(parsed.data)) {
    const other = bySlot.get(slot);
    if (other !== undefined) throw refuse(`"${other}" and "${name}" both have slot ${slot}`);
    bySlot.set(slot, name);
  }
  return parsed.data;
}

/** Every service with its slot, by slot. */
export function serviceSlots(file: SlotsFile): { name: string; slot: number }[] {
  const entries = Object.entries(file.services ?? {}).map(([name, { slot }]) => ({ name, slot }));
  return entries.sort((a, b) => a.slot - b.slot);
}

/**
 * Gives each new service of one scan the lowest free slot, in bytewise order; nothing that has one is renumbered, and
 * the slot of a vanished service is kept. Throws too-many-services and colliding-names, before anything is written.
 */
export function assignSlots(
  current: SlotsFile,
  services: readonly string[],
): { file: SlotsFile; added: { service: string; slot: number }[]; notices: Notice[] } {
  const known = new Map(serviceSlots(current).map(({ name, slot }) => [name, slot]));
  const wanted = [...new Set(services)].sort(compareBytewise);
  refuseCollisions([...known.keys(), ...wanted]);
  const taken = new Set(known.values());
  const added: { service: string; slot: number }[] = [];
  let slot = 0;
  for (const service of wanted.filter((name) => !known.has(name))) {
    while (taken.has(slot)) slot += 1;
    if (slot >= SLOT_COUNT) throw new AppError('too-many-services', { service });
    added.push({ service, slot });
    slot += 1;
  }
  const notices = wanted
    .filter((service) => variableOf(service) === undefined)
    .map((service): Notice => ({ code: 'no-variable', details: { service } }));
  const entries = [
    ...Object.entries(current.services ?? {}),
    ...added.map(({ service, slot: given }) => [service, { slot: given }] as const),
  ];
  return { file: { ...current, services: Object.fromEntries(entries) }, added, notices };
}

function refuseCollisions(names: readonly string[]): void {
  const byVariable = new Map<string, string>();
  for (const name of new Set(names)) {
    const variable = variableOf(name);
    if (variable === undefined) continue;
    const first = byVariable.get(variable);
    if (first !== undefined) throw new AppError('colliding-names', { first, second: name, variable });
    byVariable.set(variable, name);
  }
}

/** The file's text: deterministic, for people to read. */
export function renderSlotsFile(file: SlotsFile): string {
  return JSON.stringify(file, undefined, 2) + '\n';
}

/** The {SERVICE}_IP variables of every service that has a legal one. */
export function addressesOf(file: SlotsFile, networkId: number): Record<string, string> {
  return Object.fromEntries(
    serviceSlots(file).flatMap(({ name, slot }) => {
      const variable = variableOf(name);
      return variable === undefined ? [] : [[variable, addressOf(networkId, slot)]];
    }),
  );
}
