import { join } from 'node:path';
import * as z from 'zod';
import type { Bounds } from './windowBounds.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

const length = z.number().int();
const keptSchema = z.object({
  bounds: z.object({ x: length, y: length, width: length, height: length }).optional(),
  maximized: z.boolean(),
});

/** How the window was when it was closed. */
interface KeptWindow {
  readonly bounds?: Bounds | undefined;
  readonly maximized: boolean;
}

/** Where the window's place is kept from one run to the next: `window.json` in the state folder. */
export interface WindowFile {
  /** Never rejects: a place that cannot be read is no reason to show no window. */
  read(): Promise<KeptWindow>;
  /** Never rejects either. */
  write(kept: KeptWindow): Promise<void>;
}

/** Makes the file of the folder. */
export function openWindowFile(stateFolder: string): WindowFile {
  const empty = { maximized: false };
  const file = openJsonFile<z.infer<typeof keptSchema>>(join(stateFolder, 'window.json'), keptSchema, empty);
  return {
    read: () => file.read().catch(() => empty),
    write: async (kept) => {
      await file.change(() => ({ ...kept })).catch(() => undefined);
    },
  };
}
