import { dirname } from 'node:path/posix';
import { AppError } from '../../shared/errors.ts';
import { templates } from '../../shared/templates.ts';
import type { Engine, MachineReference } from '../engine/engine.ts';

/**
 * A command that writes one file as the connecting user and makes its folder. It fails if the file exists with other
 * contents.
 */
const WRITE = 'mkdir -p -- "$1" && if [ -e "$2" ]; then cmp -- - "$2"; else cat >"$2"; fi';

/**
 * Writes a template's files into the root of a mounted repository. Throws `not-mounted`, and `command-failed`, for
 * example where a file is there already with other contents.
 */
export async function applyTemplate(
  engine: Pick<Engine, 'request' | 'run'>,
  machine: MachineReference,
  repository: string,
  template: string,
): Promise<void> {
  const files = Object.hasOwn(templates, template) ? templates[template] : undefined;
  if (!files) throw new AppError('bad-arguments', { reason: 'There is no such template' });
  const { mounted, path, name } = await engine.request(machine, 'repository.status', { repository });
  if (!mounted) throw new AppError('not-mounted', { name });
  for (const [file, text] of Object.entries(files)) {
    const target = `${path}/${file}`;
    const child = await engine.run(machine, ['sh', '-c', WRITE, 'template', dirname(target), target]);
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
    child.stdout.resume();
    let output = '';
    child.stderr.on('data', (chunk: Uint8Array) => (output += Buffer.from(chunk).toString('utf8')));
    const { code } = await child.exit;
    if (code !== 0) throw new AppError('command-failed', { command: file, exitCode: code ?? -1, output });
  }
}
