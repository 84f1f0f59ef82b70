import { fill } from '../../../shared/errors.ts';
import type { SetupStep } from '../../../electron/engine/setup/setup.ts';
import type { Answer, Call } from '../../call.ts';
import { createLineModel } from '../../terminal/lineModel.ts';
import { outputEvent } from '../../terminal/live.ts';
import { table } from '../../terminal/table.ts';

/** Trusts the host key that a machine shows: `context scan-keys MACHINE [--expect SHA256:...]`. */
export async function scanKeys(call: Call, name: string, expect: string | undefined): Promise<Answer> {
  const machine = await call.machine(name);
  const key = await (await call.remote()).scanKeys(machine, expect);
  const { alreadyTrusted, trusted } = call.text.cli;
  const { host, fingerprint } = key;
  return { document: key, lines: [fill(key.known ? alreadyTrusted : trusted, { host, fingerprint })] };
}

/** Sets up a machine, telling of each step, and lists what was checked: `context setup-machine NAME`. */
export async function setUpMachine(call: Call, name: string): Promise<Answer> {
  const { text, live } = call;
  const machine = await call.machine(name);
  const setup = await (await call.remote()).setup();
  const lines = createLineModel(1, false);
  const decoder = new TextDecoder();
  let shown: Promise<void> = Promise.resolve();
  const show = (finished: string[]): void => {
    shown = shown.then(() => live.show({ finished, changing: [] }));
  };
  const checks = await setup.setUp(machine, {
    onStep: (step, state, packages) => {
      shown = shown.then(() => live.event({ type: 'setup-step', step, state, packages }));
      show([stepLine(call, step, state, packages)]);
    },
    onOutput: (bytes) => {
      shown = shown.then(() => live.event(outputEvent(bytes)));
      lines.write(decoder.decode(bytes, { stream: true }));
      show(lines.takeFinished().map((line) => `  ${call.paint.faint('│')} ${line}`));
    },
  });
  await shown;
  const { item, state, found, needed } = text.cli.columns;
  const rows = checks.map((check) => [
    text.checks[check.id],
    text.checkStates[check.state],
    check.found ?? '',
    check.needed ?? '',
  ]);
  return {
    document: { machine: machine.machine.name, checks },
    lines: [
      ...table([item, state, found, needed], rows),
      fill(text.cli.setupDone, { machine: machine.machine.name }),
    ],
  };
}

function stepLine(
  { text, paint }: Call,
  step: SetupStep,
  state: 'started' | 'already',
  packages: readonly string[] | undefined,
): string {
  const label = text.setupSteps[step];
  if (state === 'already') return `${paint.green('✓')} ${fill(text.cli.setupAlready, { step: label })}`;
  if (!packages) return fill(text.cli.setupStep, { step: label });
  return fill(text.cli.setupPackages, { step: label, packages: packages.join(' ') });
}
