import type { Moment } from '../../shared/journal/entry.ts';
import type { JournalObservation, SeenContainer } from '../../shared/journal/observation.ts';

const GUID = '2d25d88d-e186-48b0-aff3-500528150a52';

/** Returns a look at a machine with one repository, `shop`, and containers, each of which was started again so many times. */
export function shopLook(
  restarts: number,
  more: Partial<SeenContainer> = {},
  containers = 1,
): JournalObservation {
  const repository = { guid: GUID, name: 'shop' };
  return {
    inventory: {
      repositories: [
        {
          ...repository,
          ...{ state: 'running', mounted: true, daemon: true, path: '/mnt/shop', notices: [] },
          autostart: { enabled: false },
        },
      ],
      containers: Array.from({ length: containers }, (_, index) => ({
        ...{ id: `c${index}`, name: `shop-api-${index}`, service: 'api', state: 'running', health: 'none' },
        ...{ repository, restarts },
        ...more,
      })),
      operations: [],
    },
  };
}

/** Makes a clock that goes on by two seconds at each look. */
export function lookClock(boot = 'one', uptime = 3_600_000): () => Moment {
  let passed = 0;
  return () => {
    passed += 2000;
    return { at: 1_800_000_000_000 + uptime + passed, boot: { id: boot, uptime: uptime + passed } };
  };
}
