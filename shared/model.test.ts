import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repositoryMetadataSchema } from './metadata.ts';
import { isGuid, isValidName, nameSchema } from './names.ts';

const guid = 'a1b2c3d4-e5f6-4a1b-8c2d-0123456789ab';

describe('isValidName', () => {
  it.each(['a', '0', 'my-app', '2fast', 'a--b-', 'x'.repeat(63), guid.slice(1), `${guid}0`])(
    'takes %j',
    (name) => expect(isValidName(name)).toBe(true),
  );

  it.each(['', '-a', 'A', 'my_app', 'a.b', 'a b', 'é', 'a/b', '..', 'a\n', 'x'.repeat(64), guid])(
    'refuses %j',
    (name) => expect(isValidName(name)).toBe(false),
  );

  it('agrees with its schema, and lets nothing through that a path or a shell would read otherwise', () => {
    const anyName = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9-]{0,70}$/), fc.uuid());
    fc.assert(
      fc.property(anyName, (name) => {
        const valid = isValidName(name);
        expect(nameSchema.safeParse(name).success).toBe(valid);
        expect(valid && (/[^a-z0-9-]/.test(name) || isGuid(name) || name.length > 63)).toBe(false);
      }),
    );
  });
});

describe('isGuid', () => {
  it('knows every lower-case UUID, and nothing else', () => {
    fc.assert(fc.property(fc.uuid(), isGuid));
    expect([guid.toUpperCase(), `${guid} `, guid.replaceAll('-', ''), ''].filter(isGuid)).toEqual([]);
  });
});

describe('repositoryMetadataSchema', () => {
  it('keeps the keys of a later version', () => {
    const known = { name: 'shop', guid, networkId: 2816, created: '2025-01-01T00:00:00Z' };
    const later = { ...known, labels: { order: 1 } };
    expect(repositoryMetadataSchema.parse(later)).toEqual(later);
  });
});
