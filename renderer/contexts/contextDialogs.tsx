import type { ApiClient } from '../../shared/api.ts';
import { goTo } from '../state/navigation.ts';

type Show = (api: ApiClient) => void;

/** Asks what a new context shall be called and which key it uses, and makes it. */
export const showNewContext: Show = () => goTo({ screen: 'first-run' });

/** Asks for a machine of the current context, and adds it. */
export const showAddMachine: Show = () => goTo({ screen: 'first-run' });
