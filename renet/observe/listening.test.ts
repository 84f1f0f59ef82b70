import { describe, expect, it } from 'vitest';
import { listensElsewhere, strayListeners, withListening } from './listening.ts';
import type { Listener } from './listening.ts';
import type { Service } from '../../shared/model.ts';

const listener = (at: string, inode = '1', protocol: Listener['protocol'] = 'tcp'): Listener => {
  const split = at.lastIndexOf(':');
  return { protocol, address: at.slice(0, split), port: Number(at.slice(split + 1)), inode };
};

const service = (name: string, slot: number): Service => ({
  name,
  slot,
  address: `127.0.11.${slot + 2}`,
  variable: `${name.toUpperCase()}_IP`,
  present: true,
  containers: [],
});
const services = [service('api', 0), service('db', 1)];

describe('what listens at the addresses of a repository', () => {
  it('gives each service the ports at its own address, in order and each once', () => {
    const found = [
      listener('127.0.11.2:8080'),
      listener('127.0.11.2:53', '2', 'udp'),
      listener('127.0.11.2:53', '3'),
      listener('0.0.0.0:22'),
      listener('127.0.11.4:5432'),
    ];
    expect(withListening(services, found).map(({ name, listening }) => [name, listening])).toEqual([
      ['api', [53, 8080]],
      ['db', []],
    ]);
  });

  it.each([
    ['127.0.11.2:80', false],
    ['127.0.11.0:80', true],
    ['127.0.11.5:80', true],
    ['127.0.11.63:80', true],
    ['127.0.11.64:80', false],
    ['127.0.10.255:80', false],
    ['0.0.0.0:80', false],
    [':::80', false],
  ])('%s is a stray one: %s', (at, isStray) => {
    const found = listener(at);
    const { address, port } = found;
    expect(strayListeners(2816, services, [found])).toEqual(
      isStray ? [{ code: 'listener-without-service', details: { address, port } }] : [],
    );
  });

  it('names where else the sockets of a service listen', () => {
    const own = new Set(['10', '11', '12', '13']);
    const found = [
      listener('0.0.0.0:80', '10'),
      listener(':::80', '11'),
      listener('127.0.11.2:8080', '12'),
      listener('0.0.0.0:40000', '13', 'udp'),
      listener('0.0.0.0:22', '99'),
    ];
    expect(listensElsewhere(service('api', 0), own, found)).toEqual([
      {
        code: 'listens-elsewhere',
        details: { service: 'api', address: '127.0.11.2', found: '0.0.0.0:80, [::]:80' },
      },
    ]);
    expect(listensElsewhere(service('db', 1), new Set(['99x']), found)).toEqual([]);
  });
});
