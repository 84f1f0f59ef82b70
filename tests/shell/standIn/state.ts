import { createRecords } from './records.ts';
import type { Records } from './records.ts';

/** What happened on the stand-in's system since this module was loaded. */
export const records: Records = createRecords();

/** The windows that are open. */
export const windows = new Set<{ close(): void }>();
