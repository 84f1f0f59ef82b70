import { describe, expect, it } from 'vitest';
import { reachProperties } from '../../shared/network/reach.ts';
import { addressProperty, enterOwnScope } from './ownUnit.ts';

describe('a scope of its own', () => {
  it('tells systemd each range as family, bytes and length', () => {
    expect(addressProperty('IPAddressAllow=127.0.11.0/26 127.0.12.64/26').join(' ')).toBe(
      'IPAddressAllow a(iayu) 2 2 4 127 0 11 0 26 2 4 127 0 12 64 26',
    );
  });

  it('is asked for with as many properties as it says, for this process', async () => {
    let words: readonly string[] = [];
    const entered = enterOwnScope(
      (command) => {
        words = command;
        return Promise.reject(new Error('no bus'));
      },
      'rediacc-exec-2816-x.scope',
      reachProperties(2816, []),
    );
    await expect(entered).rejects.toThrow('no bus');
    const from = words.indexOf('rediacc-exec-2816-x.scope');
    expect(words.slice(from, from + 7)).toEqual([
      'rediacc-exec-2816-x.scope',
      'fail',
      '6',
      'PIDs',
      'au',
      '1',
      String(process.pid),
    ]);
    expect(words.filter((word) => word.startsWith('IPAddress'))).toEqual(['IPAddressDeny', 'IPAddressAllow']);
    expect(words.at(-1)).toBe('0');
  });
});
