import { expect, test } from 'vitest';
import { agentSocketOf } from './identity.ts';

test.each([
  ['linux', { SSH_AUTH_SOCK: '/run/agent' }, '/run/agent'],
  ['linux', {}, undefined],
  ['darwin', { SSH_AUTH_SOCK: '' }, undefined],
  ['win32', {}, '\\\\.\\pipe\\openssh-ssh-agent'],
  ['win32', { SSH_AUTH_SOCK: '\\\\.\\pipe\\other' }, '\\\\.\\pipe\\other'],
] as const)('the agent on %s with %o', (platform, env, socket) => {
  expect(agentSocketOf(platform, env)).toBe(socket);
});
