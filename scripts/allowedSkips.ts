/** A test that may skip itself on some computers. */
export interface AllowedSkip {
  /** What the test's full name contains. */
  readonly title: string;
  /** What is missing, for whoever reads the run. */
  readonly reason: string;
}

/** What of a computer decides which tests can run on it. */
export interface Computer {
  readonly isRoot: boolean;
  /** Debian packages that a part of the tests wants and that could not be installed. */
  readonly missingPackages: readonly string[];
}

/** Skipped even where everything that `npm test` installs is there. */
const EVERYWHERE: readonly AllowedSkip[] = [
  { title: 'the desktop app in Electron', reason: "needs Electron's own program and a display" },
  {
    title: 'against the true docker compose',
    reason: 'needs the Compose plugin, which Debian does not have',
  },
];

const WITHOUT_ROOT: readonly AllowedSkip[] = [
  { title: 'SKIPPED: needs root', reason: 'run by somebody who is not root' },
  { title: 'SKIPPED: the agent needs root', reason: 'run by somebody who is not root' },
  { title: 'SKIPPED: needs unshare', reason: 'some kernels give name spaces to root only' },
];

const WITHOUT_PACKAGE: Readonly<Record<string, AllowedSkip>> = {
  chromium: { title: 'SKIPPED: needs Chromium', reason: 'Chromium could not be installed' },
  'cryptsetup-bin': { title: 'SKIPPED: needs cryptsetup', reason: 'cryptsetup could not be installed' },
};

/** Returns the skips that are expected on this computer; every other one fails the run. */
export function allowedSkips({ isRoot, missingPackages }: Computer): readonly AllowedSkip[] {
  const withoutPackages = missingPackages.flatMap((name) => WITHOUT_PACKAGE[name] ?? []);
  return [...EVERYWHERE, ...(isRoot ? [] : WITHOUT_ROOT), ...withoutPackages];
}
