import * as z from 'zod';

/** The facts that a LUKS2 header has of itself. */
interface LuksHeader {
  readonly uuid: string;
  /** The bytes of the whole header: both copies of the metadata, and the key slots. */
  readonly size: number;
}

/** The on-disk format (LUKS2 specification, 2.1): big-endian, text padded with zeros. */
const MAGIC = [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe];
const VERSION = 2;
const SIZE_AT = 8;
const UUID_AT = 168;
const UUID_LENGTH = 40;
const JSON_AT = 4096;

const metadataSchema = z.object({ config: z.object({ keyslots_size: z.string().regex(/^\d+$/) }) });

/** Reads the header with which a backup begins. Undefined when the bytes are no header, or not all of it. */
export function readLuksHeader(bytes: Uint8Array): LuksHeader | undefined {
  if (bytes.length < JSON_AT || MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(MAGIC.length) !== VERSION) return undefined;
  const metadataSize = Number(view.getBigUint64(SIZE_AT));
  const metadata = parse(textOf(bytes.subarray(JSON_AT, metadataSize)));
  if (metadata === undefined) return undefined;
  const size = 2 * metadataSize + Number(metadata.config.keyslots_size);
  if (bytes.length < size) return undefined;
  return { uuid: textOf(bytes.subarray(UUID_AT, UUID_AT + UUID_LENGTH)), size };
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function parse(json: string): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
