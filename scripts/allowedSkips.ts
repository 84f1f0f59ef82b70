/** A test that may skip itself on a computer where everything that `npm test` installs is there. */
export interface AllowedSkip {
  /** What the test's full name contains. */
  readonly title: string;
  /** What is missing, for whoever reads the run. */
  readonly reason: string;
}

const always: readonly AllowedSkip[] = [
  { title: 'the desktop app in Electron', reason: "needs Electron's own program and a display" },
  {
    title: 'against the true docker compose',
    reason: 'needs the Compose plugin, which not every distribution has',
  },
];

const withoutRoot: AllowedSkip = { title: 'needs root', reason: 'run by somebody who is not root' };

/** Returns the skips that are expected of whoever runs the tests; every other one fails the run. */
export function allowedSkips(root: boolean): readonly AllowedSkip[] {
  return root ? always : [...always, withoutRoot];
}
