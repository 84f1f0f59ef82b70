import { describe } from 'vitest';
import { noBrowser } from './support/browser.ts';
import { noNativeMachine, startNativeMachine } from './support/nativeMachine.ts';
import { repositoryFlows } from './support/repositoryFlows.ts';
import { shopFiles } from './support/shop.ts';

const cannotRun = noBrowser ?? noNativeMachine;

describe.skipIf(cannotRun !== undefined)(`a repository's window${cannotRun ? ` (${cannotRun})` : ''}`, () => {
  repositoryFlows(() => startNativeMachine(shopFiles), { pictures: false });
});
