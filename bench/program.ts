import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  /** Without a slash at the end. */
  url: string;
  pid: number;
  /** Milliseconds from spawning to the first 200 of its first page. */
  startMs: number;
  stop: () => Promise<void>;
}

/**
 * Runs a command that prints the address it listens on. Resolves when its first page is there; throws if
 * it ends before that.
 */
export async function startProgram(
  [file, ...args]: [string, ...string[]],
  { folder, variables = {} }: { folder: string; variables?: Record<string, string> },
): Promise<Program> {
  const begun = performance.now();
  const child = spawn(file, args, {
    cwd: folder,
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithUs(child);
  const ended = once(child, 'exit');
  const early = ended.then(([status, signal]) => {
    throw new Error(`${args[0] ?? file} ended early (${signal ?? status})`);
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), early])) as [Buffer];
  const url = /http:\/\/[\w.:]+/.exec(line.toString())?.[0] ?? '';
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${args[0] ?? file} answered ${answer.status}`);
  const startMs = performance.now() - begun;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url, pid: child.pid ?? 0, startMs, stop };
}

/** Ends the child if this process ends first, by Ctrl-C or otherwise. */
export function endWithUs(child: ChildProcess): void {
  const kill = () => child.kill();
  process.on('exit', kill);
  child.on('exit', () => process.off('exit', kill));
}
