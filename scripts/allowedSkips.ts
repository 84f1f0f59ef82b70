/** A test that may skip itself on some computers. */
export interface AllowedSkip {
  /** A part of the test's full name. */
  readonly title: string;
  /** The program or right that the computer lacks, for the reader of the run. */
  readonly reason: string;
}

/** The facts about a computer that decide which tests can run on it. */
export interface Computer {
  readonly isRoot: boolean;
  /** The Debian packages that some tests need and that could not be installed, or fetched (`NAME/SUITE`). */
  readonly missingPackages: readonly string[];
}

/** The tests that are skipped even where everything is there that `npm test` installs. */
const EVERYWHERE: readonly AllowedSkip[] = [
  { title: 'the desktop app in Electron', reason: "needs Electron's own program and a display" },
];

const WITHOUT_ROOT: readonly AllowedSkip[] = [
  { title: 'SKIPPED: needs root', reason: 'run by somebody who is not root' },
  { title: 'SKIPPED: the agent needs root', reason: 'run by somebody who is not root' },
  { title: 'SKIPPED: needs unshare', reason: 'some kernels give name spaces to root only' },
];

const WITHOUT_PACKAGE: Readonly<Record<string, AllowedSkip>> = {
  chromium: { title: 'SKIPPED: needs Chromium', reason: 'Chromium could not be installed' },
  strace: { title: 'SKIPPED: needs strace', reason: 'strace could not be installed' },
  socat: { title: 'SKIPPED: needs socat', reason: 'socat could not be installed' },
  'docker-compose/trixie': {
    title: "docker compose of Debian's trixie (SKIPPED",
    reason: 'it could not be fetched',
  },
  'docker-compose/sid': {
    title: "docker compose of Debian's sid (SKIPPED",
    reason: 'it could not be fetched',
  },
  'cryptsetup-bin': { title: 'SKIPPED: needs cryptsetup', reason: 'cryptsetup could not be installed' },
};

/** Returns the skips that are expected on this computer. Any other skip fails the run. */
export function allowedSkips({ isRoot, missingPackages }: Computer): readonly AllowedSkip[] {
  const withoutPackages = missingPackages.flatMap((name) => WITHOUT_PACKAGE[name] ?? []);
  return [...EVERYWHERE, ...(isRoot ? [] : WITHOUT_ROOT), ...withoutPackages];
}
