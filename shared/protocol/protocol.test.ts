import { describe, expect, it } from 'vitest';
import { requests } from './protocol.ts';

const operation = '11111111-1111-4111-8111-111111111111';
const header = { id: operation, sha256: 'abc' };
const start = (verb: string, options: object) =>
  requests['operation.start'].safeParse({ verb, repository: 'shop', options, operation, by: 'anna' });
const plan = (verb: string, options: object) =>
  requests['operation.plan'].safeParse({ verb, repository: 'shop', options });

describe('a request of a verb', () => {
  it('is read whole, without the options of other verbs', () => {
    const options = { mount: true, size: -1, tag: 'copy', fromALaterVersion: true };
    expect(start('up', options).data).toEqual({
      ...{ verb: 'up', repository: 'shop', options: { mount: true }, operation, by: 'anna' },
    });
    expect(plan('down', { unmount: true, newName: 'x' }).data?.options).toEqual({ unmount: true });
  });

  it.each([
    ['create', { size: 1 }, ['size']],
    ['resize', { size: 1, byKey: true }, ['size']],
    ['rename', { newName: 'store' }, ['newName']],
    ['release-slot', { service: 'web' }, ['service']],
    ['fork', { tag: 'copy' }, ['tag']],
  ])('%s has what it always needs', (verb, options, needed) => {
    expect([start(verb, options).data?.options, plan(verb, options).data?.options]).toEqual([
      ...[options, options],
    ]);
    for (const name of needed) {
      const without = { ...options, [name]: undefined };
      expect([start(verb, without).success, plan(verb, without).success]).toEqual([false, false]);
    }
  });

  it('restores a header only with one, and previews that without', () => {
    expect([start('header-restore', { header }).success, start('header-restore', {}).success]).toEqual([
      ...[true, false],
    ]);
    expect([plan('header-restore', { header }).success, plan('header-restore', {}).success]).toEqual([
      ...[true, true],
    ]);
  });

  it('is of a verb that there is', () => {
    expect([start('reboot', {}).success, plan('reboot', {}).success]).toEqual([false, false]);
  });
});
