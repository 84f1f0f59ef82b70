import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { AppError, fromWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { endFirst } from '../memoryRank.ts';
import type { Project, ProjectRequest, ReadProject } from './composeFiles.ts';

/** A message of the process that reads: the file that it is about to parse, or the end of a request. */
export type FromReader = { reading: string } | { project: Project } | { refused: WireError };

/** The word that starts the process, which nobody types. */
export const READER_WORD = 'read-compose';

/** The memory of the process for what it makes of the files, in MiB; a file of 1 MiB in common shape takes a third. */
const MEMORY_MEBI = 384;
/** The time after which the process is ended by force. It limits itself long before. */
const FORCE_MILLISECONDS = 120_000;
const IDLE_MILLISECONDS = 30_000;

/**
 * Reads projects in a process of its own, one after the other. The process starts at the first request and ends when
 * there was none for `idleMilliseconds`. A text that ends it, by its memory or its stack, is refused as file-too-complex.
 * A process that ends before it begins with a text was ended by something else, and another one is asked, once.
 */
export function readerProcess(program: readonly string[], idleMilliseconds = IDLE_MILLISECONDS): ReadProject {
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const askOnce = async (request: ProjectRequest): Promise<Project | undefined> => {
    clearTimeout(idle);
    const reader = child?.connected === true ? child : start(program);
    child = reader;
    try {
      return await ask(reader, request);
    } finally {
      idle = setTimeout(() => {
        // Forgotten first: it is connected for a while after it was ended.
        child = undefined;
        reader.kill();
      }, idleMilliseconds).unref();
    }
  };
  const read = async (request: ProjectRequest): Promise<Project> => {
    const project = (await askOnce(request)) ?? (await askOnce(request));
    if (project !== undefined) return project;
    throw new AppError('file-too-complex', { file: request.files[0] ?? request.directory });
  };
  return (request) => {
    const answer = turn.then(() => read(request));
    turn = answer.catch(() => undefined);
    return answer;
  };
}

function start([node = '', ...program]: readonly string[]): ChildProcess {
  const words = [`--max-old-space-size=${MEMORY_MEBI}`, ...program, READER_WORD];
  const child = spawn(node, words, {
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  if (child.pid !== undefined) endFirst(child.pid);
  // Also when this process ends while the other is in the middle of a text, and cannot notice.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/** Asks a process. Returns undefined when it ends before it begins with a text. */
function ask(reader: ChildProcess, request: ProjectRequest): Promise<Project | undefined> {
  let file: string | undefined;
  keepAwake(reader, true);
  const late = setTimeout(() => reader.kill('SIGKILL'), FORCE_MILLISECONDS);
  return new Promise<Project | undefined>((resolve, reject) => {
    const hear = (message: FromReader): void => {
      if ('reading' in message) file = message.reading;
      else if ('refused' in message) reject(fromWire(message.refused));
      else resolve(message.project);
    };
    reader.on('message', hear);
    const fail = (cause?: unknown): void => {
      if (file === undefined) resolve(undefined);
      else reject(new AppError('file-too-complex', { file }, { cause }));
    };
    // The channel closes when the process ends, whatever has ended it.
    reader.once('disconnect', fail).once('error', fail);
    reader.send(request, (error) => error !== null && fail(error));
  }).finally(() => {
    clearTimeout(late);
    for (const event of ['message', 'disconnect', 'error']) reader.removeAllListeners(event);
    reader.on('error', () => undefined);
    keepAwake(reader, false);
  });
}

/** Lets the process of a request that is not answered yet keep this one running, and an idle one not. */
function keepAwake(reader: ChildProcess, awake: boolean): void {
  for (const handle of [reader, reader.channel]) {
    if (awake) handle?.ref();
    else handle?.unref();
  }
}
