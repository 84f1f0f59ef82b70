import { join } from 'node:path';
import { settingsSchema } from '../../shared/api/apiModel.ts';
import type { Settings } from '../../shared/api/apiModel.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

/** The person's settings, in `settings.json` of the config folder. */
export interface SettingsStore {
  get(): Promise<Settings>;
  /** Changes the given settings and returns all of them. */
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>;
}

/** Makes the store. A missing file stands for the defaults. */
export function createSettingsStore(configFolder: string): SettingsStore {
  const file = openJsonFile<Settings>(
    join(configFolder, 'settings.json'),
    settingsSchema,
    settingsSchema.parse({}),
  );
  return {
    get: () => file.read(),
    set: (change) =>
      file.change((before) =>
        settingsSchema.parse({
          ...before,
          ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
        }),
      ),
  };
}
