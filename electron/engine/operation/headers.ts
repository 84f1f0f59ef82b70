import { createHash, randomUUID } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import { HEADER_PART, LARGEST_HEADER } from '../../../shared/protocol/protocol.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import type { Result } from '../../../shared/protocol/answers.ts';
import type { Engine, MachineReference } from '../engine.ts';

/** A LUKS header as it is kept on the admin's computer. */
interface Header {
  readonly bytes: Uint8Array;
  readonly uuid: string;
  readonly sha256: string;
}

/**
 * Fetches the LUKS header of a repository's volume in parts. Throws header-incomplete, and protocol-violation for a
 * header or a part that is larger than any can be, before more of it is taken.
 */
export async function fetchHeader(
  engine: Pick<Engine, 'request'>,
  machine: MachineReference,
  repository: string,
): Promise<Header> {
  const saved = await engine.request(machine, 'header.save', { repository });
  try {
    const bytes = await fetchParts(engine, machine, saved);
    if (sha256Of(bytes) !== saved.sha256) throw new AppError('header-incomplete');
    return { bytes, uuid: saved.uuid, sha256: saved.sha256 };
  } finally {
    await engine.request(machine, 'header.forget', { header: saved.header }).catch(() => undefined);
  }
}

async function fetchParts(
  engine: Pick<Engine, 'request'>,
  machine: MachineReference,
  { header, size }: Result<'header.save'>,
): Promise<Uint8Array> {
  if (size > LARGEST_HEADER) throw tooLong(size);
  const parts: Buffer[] = [];
  for (let position = 0; position < size;) {
    const { base64 } = await engine.request(machine, 'header.read', { header, position });
    const part = Buffer.from(base64, 'base64');
    if (part.length === 0) throw new AppError('header-incomplete');
    if (position + part.length > size) throw tooLong(position + part.length);
    parts.push(part);
    position += part.length;
  }
  return Buffer.concat(parts);
}

function tooLong(bytes: number): AppError {
  return new AppError('protocol-violation', { reason: `a LUKS header of ${bytes} bytes` });
}

/** Sends a LUKS header to a machine in parts. Returns what header-restore takes as its option. */
export async function sendHeader(
  engine: Pick<Engine, 'request'>,
  machine: MachineReference,
  bytes: Uint8Array,
): Promise<OptionsOf<'header-restore'>['header']> {
  const id = randomUUID();
  for (let position = 0; position < bytes.length; position += HEADER_PART) {
    const base64 = Buffer.from(bytes.subarray(position, position + HEADER_PART)).toString('base64');
    await engine.request(machine, 'header.write', { header: id, position, base64 });
  }
  return { id, sha256: sha256Of(bytes) };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
