import { describe, expect, it } from 'vitest';
import { parseCpu, parseListeners, parseLoad, parseMemory, parseNetwork } from './procfs.ts';

/** The columns of a socket's line between its state and its inode. */
const rest = '00000000:00000000 00:00000000 00000000     0        0';

describe('/proc as text', () => {
  it('tells busy ticks from idle and waiting ones, and counts processors', () => {
    const text = [
      'cpu  100 20 30 800 40 5 5 10 7 0',
      'cpu0 50 10 15 400 20 5 5 5 7 0',
      'cpu1 50 10 15 400 20 0 0 5 0 0',
      'intr 12345 0 0',
      '',
    ].join('\n');
    expect(parseCpu(text)).toEqual({ busy: 170, total: 1010, cpus: 2 });
  });

  it('tells memory and swap in bytes', () => {
    const text = [
      'MemTotal:        2014264 kB',
      'MemFree:          123456 kB',
      'MemAvailable:    1501000 kB',
      'SwapCached:            0 kB',
      'SwapTotal:        524288 kB',
      'SwapFree:         524000 kB',
    ].join('\n');
    expect(parseMemory(text)).toEqual({
      memory: { total: 2014264 * 1024, available: 1501000 * 1024 },
      swap: { total: 524288 * 1024, available: 524000 * 1024 },
    });
  });

  it('adds up what leads out of the machine, and leaves out what would count twice', () => {
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
      '    lo: 9999999   10    0    0    0     0          0         0  9999999      10    0    0    0     0       0          0',
      '  eth0: 1000      10    0    0    0     0          0         0     200       5    0    0    0     0       0          0',
      'enp1s0:500 1 0 0 0 0 0 0 50 1 0 0 0 0 0 0',
      'docker0: 700 1 0 0 0 0 0 0 70 1 0 0 0 0 0 0',
      'veth12ab: 700 1 0 0 0 0 0 0 70 1 0 0 0 0 0 0',
      'rediacc0: 700 1 0 0 0 0 0 0 70 1 0 0 0 0 0 0',
    ].join('\n');
    expect(parseNetwork(text)).toEqual({ in: 1500, out: 250 });
  });

  it('tells the load', () => {
    expect(parseLoad('0.52 0.58 0.59 2/597 12345\n')).toEqual([0.52, 0.58, 0.59]);
  });

  it('tells the sockets that listen, and on which address', () => {
    const head =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    const text = [
      head,
      `   0: 020B007F:1F90 00000000:0000 0A ${rest} 101 1 0000000000000000 100 0 0 10 0`,
      `   1: 00000000:0016 00000000:0000 0A ${rest} 102 1 0000000000000000 100 0 0 10 0`,
      `   2: 020B007F:1F90 0100007F:D431 01 ${rest} 103 1 0000000000000000 100 0 0 10 0`,
      `   3: 00000000000000000000000000000000:1538 00000000000000000000000000000000:0000 0A ${rest} 104 1`,
      `   4: 0000000000000000FFFF0000030B007F:0050 00000000000000000000000000000000:0000 0A ${rest} 105 1`,
      `   5: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A ${rest} 106 1`,
      `   6: 000080FE000000000000000002000000:0019 00000000000000000000000000000000:0000 0A ${rest} 107 1`,
    ].join('\n');
    expect(parseListeners(text, 'tcp')).toEqual([
      { protocol: 'tcp', address: '127.0.11.2', port: 8080, inode: '101' },
      { protocol: 'tcp', address: '0.0.0.0', port: 22, inode: '102' },
      { protocol: 'tcp', address: '::', port: 5432, inode: '104' },
      { protocol: 'tcp', address: '127.0.11.3', port: 80, inode: '105' },
      { protocol: 'tcp', address: '::1', port: 25, inode: '106' },
      { protocol: 'tcp', address: 'fe80::2', port: 25, inode: '107' },
    ]);
  });

  it('tells the UDP sockets that are not connected', () => {
    const text = [
      `  1: 020B007F:0035 00000000:0000 07 ${rest} 201 2 0000000000000000 0`,
      `  2: 020B007F:9C40 0100007F:0035 01 ${rest} 202 2 0000000000000000 0`,
    ].join('\n');
    expect(parseListeners(text, 'udp')).toEqual([
      { protocol: 'udp', address: '127.0.11.2', port: 53, inode: '201' },
    ]);
  });
});
