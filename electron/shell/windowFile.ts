import { join } from 'node:path';
import * as z from 'zod';
import type { Bounds } from './windowBounds.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

const length = z.number().int();
const keptSchema = z.object({
  bounds: z.object({ x: length, y: length, width: length, height: length }).optional(),
  maximized: z.boolean(),
});

/** The place and state of the window when it was closed. */
interface KeptWindow {
  readonly bounds?: Bounds | undefined;
  readonly maximized: boolean;
}

/** The file with the window's place from the last run: `window.json` in the state folder. */
export interface WindowFile {
  /** Reads the place. Never rejects: without it the window opens at its first place. */
  read(): Promise<KeptWindow>;
  /** Writes the place. Never rejects. */
  write(kept: KeptWindow): Promise<void>;
}

/** Opens the file in the state folder. */
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
