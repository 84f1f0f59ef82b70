import { describe, expect, it } from 'vitest';
import type { Container, Service } from '../../shared/model.ts';
import { containerState, serviceState } from './serviceState.ts';
import { serviceTone } from './tones.ts';

const container = (state: string, health: Container['health'] = 'none', status = ''): Container => ({
  id: 'c1',
  name: 'webapp-api-1',
  image: 'busybox:1',
  state,
  status,
  health,
});
const service = (slot: number, containers: Container[], present = true): Service => ({
  name: `s${slot}`,
  slot,
  address: '127.0.11.2',
  present,
  containers,
});

describe('serviceState', () => {
  it.each<[string, Container['health'], string, string]>([
    ['running', 'healthy', '', 'healthy'],
    ['running', 'none', '', 'running'],
    ['running', 'starting', '', 'starting'],
    ['running', 'unhealthy', '', 'unhealthy'],
    ['exited', 'none', 'Exited (0) 2 minutes ago', 'stopped'],
    ['exited', 'none', 'Exited (137) 2 minutes ago', 'stopped'],
    ['exited', 'none', 'Exited (1) 2 minutes ago', 'exited'],
    ['restarting', 'none', '', 'restarting'],
    ['something new', 'healthy', '', 'unknown'],
  ])('%s, %s %s is %s', (state, health, status, word) => {
    expect(containerState(container(state, health, status))).toBe(word);
  });

  it('is in a crash loop although its container runs now, and that is never green', () => {
    const looping = { ...container('running', 'healthy'), crashLoop: { restarts: 3, startedAt: 1 } };
    expect(serviceState(service(0, [container('running', 'healthy'), looping]))).toBe('crash-loop');
    expect(serviceTone('crash-loop')).toBe('fail');
  });

  it('is left over, and not green, when it runs though no compose file has it', () => {
    const left = { ...container('running', 'healthy'), orphan: true };
    expect(serviceState(service(0, [left], false))).toBe('left');
    expect(serviceState(service(0, [{ ...left, health: 'unhealthy' }], false))).toBe('unhealthy');
    expect(serviceTone('left')).toBe('warn');
  });

  it('is as good as its worst container, and says when there is none', () => {
    expect(serviceState(service(0, [container('running', 'healthy'), container('restarting')]))).toBe(
      'restarting',
    );
    expect(serviceState(service(0, []))).toBe('stopped');
    expect(serviceState(service(0, [], false))).toBe('gone');
  });
});
