/** Something a person can act on: its message is a sentence (or a few) that says what to do next. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}
