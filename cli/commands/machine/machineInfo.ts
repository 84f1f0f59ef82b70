import { fill } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { numberText, sizeText } from '../../output/amountText.ts';
import { noticeLine } from '../../output/labels.ts';
import { spanText } from '../../output/timeText.ts';
import { fields } from '../../terminal/table.ts';

/** Shows a machine's system, space and versions: `machine info MACHINE`. */
export async function printMachineInfo(call: Call, name: string | undefined): Promise<Answer> {
  const machine = await call.machine(name);
  const info = await (await call.remote()).engine.request(machine, 'machine.info', {});
  const { text } = call;
  const { fields: names, freeOf } = text.cli;
  const free = (available: number, total: number): string =>
    fill(freeOf, { free: sizeText(available, text), total: sizeText(total, text) });
  return {
    document: info,
    lines: [
      ...fields([
        [names.hostname, info.hostname],
        [names.os, info.os],
        [names.kernel, `${info.kernel} ${info.architecture}`],
        [names.uptime, spanText(info.uptime, text)],
        [names.cpus, info.cpus],
        [names.load, info.load.map((load) => numberText(load.toFixed(2), text)).join(' ')],
        [names.memory, free(info.memoryAvailable, info.memoryTotal)],
        [names.datastore, `${info.datastore.path}, ${free(info.datastore.available, info.datastore.total)}`],
        ...(info.disks ?? []).map(
          ({ path, available, total }) => [names.disk, `${path}, ${free(available, total)}`] as const,
        ),
        [names.agent, info.agent],
        [names.node, info.node],
        [names.docker, info.docker],
        [names.compose, info.compose],
        [names.cryptsetup, info.cryptsetup],
        [names.systemd, info.systemd],
        [names.repositories, info.repositories],
      ]),
      ...(info.notices ?? []).map((notice) => `! ${noticeLine(notice, text)}`),
    ],
  };
}
