import { findingOfNotice } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { strayListeners } from '../observe/listening.ts';
import type { Service } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { lookElsewhere, readListeners } from '../observe/listeners.ts';

/**
 * Checks the listening sockets against the slots. Finds sockets at addresses of no service, services at wrong
 * addresses, and services that do not listen.
 */
export function validateListening(
  { networkId }: RepositoryMetadata,
  services: readonly Service[],
): Finding[] {
  const listeners = readListeners();
  const elsewhere = lookElsewhere(networkId, services, listeners);
  const named = new Set(elsewhere.map(({ details }) => details.service));
  const silent = services.filter(
    ({ name, present, listening = [], containers }) =>
      present &&
      listening.length === 0 &&
      !named.has(name) &&
      containers.some(({ state }) => state === 'running'),
  );
  const notices = [...strayListeners(networkId, services, listeners), ...elsewhere];
  return [
    ...notices.map((notice) => findingOfNotice(notice)),
    ...silent.map(({ name: service, address, variable = '' }): Finding => {
      return { severity: 'information', code: 'service-silent', details: { service, address, variable } };
    }),
  ];
}
