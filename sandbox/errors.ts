/** An error that a person can act on. Its message is a sentence (or a few) with the next thing to do. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}
