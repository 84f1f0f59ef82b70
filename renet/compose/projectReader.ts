import { isQuicklyRead } from '../../shared/compose/yamlLimits.ts';
import { projectReader } from './composeFiles.ts';
import type { ReadProject } from './composeFiles.ts';

/** Says that a text is not read here, because it may take long. It never leaves this file. */
class NotQuick extends Error {}

const readQuickly = projectReader((_file, text, parse) => {
  if (!isQuicklyRead(text)) throw new NotQuick();
  return parse();
});

/**
 * Makes what reads compose files on a machine. Short and flat files, as most are, are read here; a project with any other
 * is read by a process of its own, so that no text can keep this one from answering, nor end it
 * (docs/decisions/bounded-yaml.md). `program`: the words that start renet.
 */
export function createProjectReader(program: readonly string[]): ReadProject {
  let readApart: Promise<ReadProject> | undefined;
  return async (request) => {
    try {
      return await readQuickly(request);
    } catch (error) {
      if (!(error instanceof NotQuick)) throw error;
    }
    readApart ??= import('./readerProcess.ts').then(({ readerProcess }) => readerProcess(program));
    return (await readApart)(request);
  };
}
