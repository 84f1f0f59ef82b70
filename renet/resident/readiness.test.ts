import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReady, readyLine } from '../../shared/protocol/ready.ts';
import type { Ready } from '../../shared/protocol/ready.ts';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { identify } from '../process.ts';
import { tellReadiness } from './readiness.ts';

let folder: string;
let file: string;
let stop: AbortController;
let told: Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-ready-'));
  file = join(folder, 'agent.ready');
  stop = new AbortController();
  told = Promise.resolve();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

function begin(
  more: { run?: RunCommand; probation?: number; every?: number; isCrowded?: () => boolean } = {},
): void {
  told = tellReadiness(stop.signal, { file, run: runCommand, every: 5, probation: 3_600_000, ...more });
}

async function end(): Promise<void> {
  stop.abort();
  await told;
}

const sign = (): Ready | undefined => (existsSync(file) ? parseReady(readFileSync(file, 'utf8')) : undefined);

/** Leaves the sign of an agent that was killed after a life of that many seconds. */
async function leaveDead(lived: number, shortLives: number): Promise<void> {
  const dead = spawn('sleep', ['infinity']);
  const pid = dead.pid ?? 0;
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  const startTime = String(Math.floor((uptime() - lived) * 100));
  writeFileSync(file, readyLine({ pid, startTime, uptime: uptime(), shortLives }));
}

const own = { pid: process.pid, startTime: identify(process.pid)?.startTime };

describe('an agent', () => {
  it('says again and again that it answers, for root alone, and then that it ends', async () => {
    begin();
    await expect.poll(sign).toMatchObject({ ...own, shortLives: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { uptime: first = 0 } = sign() ?? {};
    await expect.poll(() => (sign()?.uptime ?? 0) > first).toBe(true);
    await end();
    expect(sign()).toMatchObject({ pid: 0, shortLives: 0 });
  });

  it.each([
    ['lived long', 3600, 2, 0],
    ['died young', 1, 1, 2],
  ])('counts whether the one before %s', async (_, lived, before, after) => {
    await leaveDead(lived, before);
    begin();
    await expect.poll(sign).toMatchObject({ ...own, shortLives: after });
  });

  it('is not joined before it has lived for long, where three before it died young', async () => {
    await leaveDead(1, 2);
    begin();
    await expect.poll(sign).toMatchObject({ pid: 0, uptime: 0, shortLives: 3, aside: own });
    const { uptime: first = 0 } = sign()?.aside ?? {};
    await expect.poll(() => (sign()?.aside?.uptime ?? 0) > first).toBe(true);
    await end();
    expect(sign()).not.toHaveProperty('aside');
  });

  it('is not joined while it has too many connections, and says on which process that is', async () => {
    let isCrowded = true;
    begin({ isCrowded: () => isCrowded });
    await expect.poll(sign).toMatchObject({ pid: 0, uptime: 0, shortLives: 0, aside: own });
    isCrowded = false;
    await expect.poll(sign).toMatchObject(own);
    expect(sign()).not.toHaveProperty('aside');
  });

  it('nor is the next, where that one dies in that time; but then it is, and counts anew', async () => {
    writeFileSync(file, readyLine({ pid: 0, startTime: '0', uptime: 0, shortLives: 3 }));
    begin({ probation: 1 });
    await expect.poll(sign).toMatchObject({ ...own, shortLives: 0 });
  });

  it('gives no sign while it can start no process', async () => {
    let asked = 0;
    let works = false;
    begin({
      run: (words) => {
        asked += 1;
        return works ? runCommand(words) : Promise.reject(new Error('EAGAIN'));
      },
    });
    await expect.poll(() => asked > 3).toBe(true);
    expect(sign()).toBeUndefined();
    works = true;
    await expect.poll(sign).toMatchObject(own);
  });

  it('takes what is no sign for none, and writes over it', async () => {
    writeFileSync(file, 'of another version\n');
    begin();
    await expect.poll(sign).toMatchObject({ ...own, shortLives: 0 });
  });
});
