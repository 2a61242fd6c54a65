import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Describes the machine that the figures depend on. */
export function describeMachine(): string[] {
  const [load = 0] = loadavg();
  const busy = load > 0.5 ? ': **it was busy with other work**' : '';
  return [
    `${cpus()[0]?.model ?? 'an unknown processor'}, ${availableParallelism()} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `load before the run ${load.toFixed(2)}${busy}`,
  ];
}
