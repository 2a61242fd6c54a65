import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import type { Work } from '../work.ts';

/** From spawning the process to its first 200, with database, client and compile cache in place. */
export function start(bench: Bench): Work[] {
  const place = lazy(async () => {
    const made = await bench.newPlace();
    await (await bench.startMasthead(made)).stop();
    return made;
  });
  const nodeHttp = async () => {
    const { startMs, stop } = await bench.startLimit('node-http.ts');
    await stop();
    return startMs;
  };
  const masthead = async () => {
    const { startMs, stop } = await bench.startMasthead(await place());
    await stop();
    return startMs;
  };
  return [
    {
      name: 'start to the first 200',
      unit: 'ms',
      limit: { name: "node:http's own", measure: nodeHttp },
      measure: masthead,
      goal: { atMost: 4.5 },
    },
  ];
}
