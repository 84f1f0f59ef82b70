import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiResult } from '../../shared/api/api.ts';

type Key = ApiResult<'keys.list'>[number];

/** The most files of a folder that are looked into. */
const MOST_FILES = 200;
/** The names that ssh itself tries, the strongest first. */
const USUAL = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/**
 * Lists the private keys in a folder (~/.ssh), the likeliest first. Only the first bytes of each file are read, and
 * they are not kept.
 */
export async function listKeys(folder: string): Promise<Key[]> {
  const names = await readdir(folder).catch(() => []);
  const keys = await Promise.all(names.slice(0, MOST_FILES).map((name) => readKey(join(folder, name), name)));
  return keys
    .filter((found) => found !== undefined)
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
    .map(({ key }) => key);
}

function rank(name: string): number {
  const at = USUAL.indexOf(name);
  return at < 0 ? USUAL.length : at;
}

async function readKey(file: string, name: string): Promise<{ name: string; key: Key } | undefined> {
  const head = await readHead(file).catch(() => '');
  const label = /^-----BEGIN ([A-Z ]*)PRIVATE KEY-----/.exec(head)?.[1];
  if (label === undefined) return undefined;
  return { name, key: { file, type: typeOf(name, label.trim()), encrypted: isEncrypted(label, head) } };
}

/**
 * Returns the key's type. OpenSSH's own format has it only inside the encoded part, so the file's name serves as a
 * hint.
 */
function typeOf(name: string, label: string): string {
  if (label !== 'OPENSSH') return label.toLowerCase();
  return /ed25519|ecdsa|rsa/.exec(name)?.[0] ?? 'openssh';
}

function isEncrypted(label: string, head: string): boolean {
  if (label.includes('ENCRYPTED') || head.includes('Proc-Type: 4,ENCRYPTED')) return true;
  const body = Buffer.from(head.split('\n').slice(1).join(''), 'base64').toString('latin1');
  // The decoded text begins with openssh-key-v1, then the cipher's name.
  return label.startsWith('OPENSSH') && !body.startsWith('openssh-key-v1\0\0\0\0\u0004none');
}

async function readHead(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    if (!(await handle.stat()).isFile()) return '';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(300), 0, 300, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
