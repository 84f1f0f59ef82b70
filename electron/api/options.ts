import type { Folders } from '../engine/store/folders.ts';
import type { AgentFile } from '../engine/setup/setup.ts';
import type { PassphraseStore } from './passphrases.ts';

/** The options of the program: all that differs between the desktop app and browser mode. */
export interface ApplicationOptions {
  readonly folders: Folders;
  readonly version: string;
  readonly mode: 'electron' | 'browser';
  /** The system's language, a BCP 47 tag. */
  readonly locale: string;
  /** The person's home folder: its `.ssh` has keys and hosts. */
  readonly home: string;
  readonly readAgent: () => Promise<AgentFile>;
  readonly passphrases: PassphraseStore;
}
