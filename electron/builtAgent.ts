import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../shared/errors.ts';
import type { AgentFile } from './engine/setup/setup.ts';

const agentSchema = z.object({ version: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Reads the agent that was built with this program, in the folder `dist`. Throws file-not-found. */
export async function readBuiltAgent(dist: string): Promise<AgentFile> {
  const file = join(dist, 'renet.cjs');
  try {
    const about = agentSchema.parse(JSON.parse(await readFile(join(dist, 'renet.json'), 'utf8')));
    return { ...about, bytes: await readFile(file) };
  } catch (error) {
    throw new AppError('file-not-found', { file }, { cause: error });
  }
}
