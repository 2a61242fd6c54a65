import { spawn } from 'node:child_process';
import { MASTHEAD, PATH } from './masthead.ts';
import { until } from '../until.ts';

/** A child's output and how it ended. */
interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/**
 * The real command line as a process of its own, with only these variables; it runs in `folder`, so
 * that no `.env` of the project is read. `args` are its arguments; `openFiles` limits the files it
 * may open, `fullDisk` makes every write fail.
 */
export function spawnMasthead(
  folder: string,
  variables: Record<string, string>,
  options: { args?: string[]; openFiles?: number; fullDisk?: boolean } = {},
) {
  const { args = [], openFiles, fullDisk } = options;
  const limits = [openFiles && `ulimit -n ${openFiles} && `, fullDisk && 'ulimit -f 0 && '];
  const script = `${limits.filter(Boolean).join('')}exec "$@"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', MASTHEAD, ...args], {
    cwd: folder,
    env: { ...PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  return {
    ended,
    pid: child.pid as number,
    output: () => output,
    /** Resolves once its output matches, which may be later than the answer it is about. */
    says: (pattern: RegExp) =>
      until(`${pattern} in the output`, async () => pattern.exec(output) ?? undefined),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Where the server listens, as it prints that. */
    url: () =>
      until('an address in the output', async () => {
        if (child.exitCode !== null) throw new Error(`ended early: ${output}`);
        return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      }),
  };
}
