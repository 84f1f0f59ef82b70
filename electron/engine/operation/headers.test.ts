import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Engine, MachineReference } from '../engine.ts';
import { fetchHeader, sendHeader } from './headers.ts';
import { LARGEST_HEADER } from '../../../shared/protocol/protocol.ts';

const machine = {} as MachineReference;
const id = '33333333-3333-4333-8333-333333333333';

/** Makes an engine over a machine that keeps headers; `spoil` changes the parts on their way. */
function build(spoil: (part: Buffer) => Buffer = (part) => part) {
  const kept = new Map<string, Buffer>();
  const asked: string[] = [];
  const request = (_: unknown, method: string, params: Record<string, unknown>): Promise<unknown> => {
    asked.push(method);
    const {
      header,
      position = 0,
      base64 = '',
    } = params as { header: string; position?: number; base64?: string };
    const file = kept.get(header) ?? Buffer.alloc(0);
    if (method === 'header.save') {
      return Promise.resolve({
        header: id,
        uuid: 'u',
        size: kept.get(id)?.length,
        sha256: shaOf(kept.get(id)),
      });
    }
    if (method === 'header.write') {
      kept.set(header, Buffer.concat([file.subarray(0, position), Buffer.from(base64, 'base64')]));
    }
    if (method === 'header.forget') kept.delete(header);
    const part = spoil(file.subarray(position, position + 512 * 1024));
    return Promise.resolve(method === 'header.read' ? { base64: part.toString('base64') } : {});
  };
  return { engine: { request } as unknown as Pick<Engine, 'request'>, kept, asked };
}

const shas = new Map<Buffer, string>();
const shaOf = (bytes: Buffer | undefined): string | undefined => bytes && shas.get(bytes);

it('a header that was sent in parts comes back the same, and nothing of it stays on the machine', async () => {
  const { engine, kept, asked } = build();
  const bytes = randomBytes(1200 * 1024);
  const sent = await sendHeader(engine, machine, bytes);
  expect(asked).toEqual(['header.write', 'header.write', 'header.write']);
  const arrived = kept.get(sent.id) ?? Buffer.alloc(0);
  expect(arrived.equals(bytes)).toBe(true);
  kept.clear();
  kept.set(id, arrived);
  shas.set(arrived, sent.sha256);
  const fetched = await fetchHeader(engine, machine, 'shop');
  expect([Buffer.from(fetched.bytes).equals(bytes), fetched.uuid, fetched.sha256, kept.size]).toEqual([
    ...[true, 'u', sent.sha256, 0],
  ]);
});

it.each([
  ['changed', (part: Buffer) => Buffer.alloc(part.length)],
  ['ended early', () => Buffer.alloc(0)],
])('one that was %s on its way is refused', async (_, spoil) => {
  const { engine, kept } = build(spoil);
  const bytes = randomBytes(1000);
  kept.set(id, bytes);
  shas.set(bytes, 'its own');
  await expect(fetchHeader(engine, machine, 'shop')).rejects.toMatchObject({ code: 'header-incomplete' });
  expect(kept.size).toBe(0);
});

it.each([
  ['says that it is larger than any header', LARGEST_HEADER + 1, 0],
  ['sends more than it said', 999, 1],
])('a machine that %s is told so, and no more of it is fetched', async (_, size, parts) => {
  const asked: string[] = [];
  const request = (_machine: unknown, method: string): Promise<unknown> => {
    asked.push(method);
    const answers: Record<string, unknown> = {
      'header.save': { header: id, uuid: 'u', size, sha256: 'any' },
      'header.read': { base64: Buffer.alloc(1000).toString('base64') },
    };
    return Promise.resolve(answers[method] ?? {});
  };
  const engine = { request } as unknown as Pick<Engine, 'request'>;
  await expect(fetchHeader(engine, machine, 'shop')).rejects.toMatchObject({ code: 'protocol-violation' });
  expect(asked.filter((method) => method === 'header.read')).toHaveLength(parts);
});
