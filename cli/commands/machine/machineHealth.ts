import { fill } from '../../../shared/errors.ts';
import { exitOfHealth, HEALTH_LIMITS, judgeHealth, worstLevel } from '../../../shared/health.ts';
import type { HealthCheck, HealthLevel } from '../../../shared/health.ts';
import type { Text } from '../../../shared/text/text.ts';
import type { Answer, Call } from '../../call.ts';
import { plain } from '../../../shared/plain.ts';
import type { Paint } from '../../terminal/paint.ts';
import { numberText } from '../../output/amountText.ts';
import { spanText } from '../../output/timeText.ts';

/**
 * Judges a machine, its repositories and containers: `machine health MACHINE`. The exit code, 0, 10, 11 or 12, is that
 * of the worst check.
 */
export async function printMachineHealth(call: Call, name: string | undefined): Promise<Answer> {
  const machine = await call.machine(name);
  const { engine } = await call.remote();
  const [info, repositories, containers] = await Promise.all([
    engine.request(machine, 'machine.info', {}),
    engine.request(machine, 'repository.list', {}),
    engine.request(machine, 'machine.containers', {}),
  ]);
  const checks = judgeHealth({ info, repositories, containers, version: call.dependencies.version });
  const level = worstLevel(checks);
  const counted = { repositories: repositories.length, containers: containers.length };
  const { summary, levels } = call.text.health;
  return {
    document: { machine: machine.machine.name, level, checks },
    lines: [
      ...checks.filter(isShown).flatMap((check) => checkLines(check, call)),
      fill(summary, { ...counted, level: levels[level] }),
    ],
    exit: exitOfHealth(level),
  };
}

/** Returns whether people see a check: of repositories, volumes and containers only what is not well; else all. */
function isShown({ code, level }: HealthCheck): boolean {
  return level !== 'ok' || !['repository', 'volume', 'container'].includes(code);
}

function checkLines({ code, level, details }: HealthCheck, { text, paint }: Call): string[] {
  const { found, next } = text.health;
  const shown = {
    ...details,
    ...(code === 'repository' && { state: stateWord(details['state'], text) }),
    ...(code === 'load' && { load: numberText(details['load'] ?? '', text) }),
    ...(code === 'clock' && { clock: clockText(Number(details['seconds']), text) }),
  };
  const line = `${mark(level, paint)} ${plain(fill(found[code], shown))}`;
  if (level === 'ok') return [line];
  return [
    `${line} (${text.health.levels[level]})`,
    `  ${paint.bold('→')} ${plain(fill(next[code], details))}`,
  ];
}

/** Returns how a machine's clock, so many seconds ahead of ours, compares with it. */
function clockText(seconds: number, text: Text): string {
  const { agrees, ahead, behind } = text.health.clock;
  if (Math.abs(seconds) < HEALTH_LIMITS.clock.warning) return agrees;
  return fill(seconds > 0 ? ahead : behind, { span: spanText(Math.abs(seconds), text) });
}

function stateWord(state: string | number | undefined, text: Text): string {
  const words: Readonly<Record<string, string>> = text.states;
  return words[String(state)] ?? String(state);
}

function mark(level: HealthLevel, paint: Paint): string {
  if (level === 'ok') return paint.green('✓');
  return level === 'warning' ? paint.amber('!') : paint.red('✗');
}
