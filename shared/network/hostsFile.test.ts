import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsText, ownHostsOf } from './hostsFile.ts';

const machine = '127.0.0.1 localhost\n127.0.1.1\tweb.example web # this one\n::1 localhost ip6-localhost\n';
const services = [
  { name: 'localhost', address: '127.0.11.2' },
  { name: 'postgres', address: '127.0.11.3' },
  { name: 'Web', address: '127.0.11.4' },
];

describe('a hosts file', () => {
  it('names the services, the own entries first, and the machine last', () => {
    expect(hostsText({ own: '10.0.0.9 postgres\n10.0.0.8 mail', services, machine })).toBe(
      [
        '10.0.0.9 postgres',
        '10.0.0.8 mail',
        '# The services of this repository, by renet compose:',
        '127.0.11.4 Web',
        '',
        '127.0.0.1 localhost',
        '127.0.1.1 web.example',
        '::1 localhost ip6-localhost',
        '',
      ].join('\n'),
    );
  });

  it('keeps the own entries, whatever else changes', () => {
    const name = fc.stringMatching(/^[a-z0-9._-]{1,10}$/);
    const address = fc.ipV4();
    const lines = fc.array(fc.tuple(address, name).map((pair) => pair.join(' ')));
    const named = fc.array(fc.record({ name, address }));
    fc.assert(
      fc.property(lines, named, named, lines, (own, first, second, host) => {
        const text = hostsText({ own: own.join('\n'), services: first, machine: host.join('\n') });
        const kept = ownHostsOf(text);
        expect(kept).toBe(own.join('\n'));
        expect(hostsText({ own: kept, services: second, machine })).toBe(
          hostsText({ own: own.join('\n'), services: second, machine }),
        );
      }),
    );
  });
});
