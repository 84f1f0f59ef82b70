import { createRecords } from './records.ts';
import type { Records } from './records.ts';

/** The records of the stand-in's system since this module was loaded. */
export const records: Records = createRecords();

/** The open windows. */
export const windows = new Set<{ close(): void }>();
