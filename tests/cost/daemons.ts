import type { PlantedRepository } from './plantedMachine.ts';
import { playDaemon } from './recorded.ts';

process.once('message', (planted) => {
  const all = planted as PlantedRepository[];
  void Promise.all(all.map(({ socket, data, containers }) => playDaemon(socket, data, containers))).then(() =>
    process.send?.('ready'),
  );
});
