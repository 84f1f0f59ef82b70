import { EXIT } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { createLineModel } from '../../terminal/lineModel.ts';
import { connectionNotes } from '../../output/follow.ts';
import { outputEvent } from '../../terminal/live.ts';
import { plain } from '../../../shared/plain.ts';
import type { MachineOption } from '../words.ts';

/** The options of `repo logs`. */
export interface LogsOptions extends MachineOption {
  readonly follow?: boolean;
  readonly tail?: number;
}

/**
 * Shows the containers' logs: `repo logs NAME [SERVICE] [-f] [--tail N]`. Ctrl-C ends it, with the exit code of a
 * cancelled command.
 */
export async function printLogs(
  call: Call,
  repository: string,
  service: string | undefined,
  { machine: machineName, follow = false, tail }: LogsOptions,
): Promise<Answer> {
  const { dependencies, live, audience } = call;
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const lines = createLineModel(1, dependencies.stdout.isTTY === true);
  const decoder = new TextDecoder();
  const kept: string[] = [];
  const show = async (): Promise<void> => {
    const finished = lines.takeFinished();
    if (audience === 'document') kept.push(...finished);
    await live.show({ finished, changing: [] });
  };
  const stopped = new AbortController();
  const release = dependencies.onInterrupt(() => stopped.abort());
  const request = {
    ...{ repository, follow, words: call.text.app.containerLog },
    ...(service && { service }),
    ...(tail !== undefined && { tail }),
  };
  const onOutput = async (bytes: Uint8Array): Promise<void> => {
    await live.event(outputEvent(bytes));
    lines.write(decoder.decode(bytes, { stream: true }));
    await show();
  };
  try {
    const reader = { onOutput, onConnection: connectionNotes(call) };
    await engine.containerLogs(machine, request, reader, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    release();
  }
  lines.finish();
  await show();
  const exit = stopped.signal.aborted ? EXIT.cancelled : EXIT.succeeded;
  return { document: { repository, service, lines: kept.map(plain) }, exit };
}
