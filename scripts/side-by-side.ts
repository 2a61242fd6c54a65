import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * Runs all commands at once; the output of `shown` goes where ours goes, that of `quiet` is kept.
 * Resolves when all have ended, to the output of those that failed. The first failure stops the
 * others, as `stopped` does.
 */
export async function runSideBySide(
  { shown, quiet }: { shown: readonly Command[]; quiet: readonly Command[] },
  stopped = new AbortController(),
): Promise<string[]> {
  const failed: string[] = [];
  const run = async (command: Command, stdio: 'inherit' | 'pipe') => {
    const { code, output } = await runOne(command, stdio, stopped.signal);
    if (code === 0) return;
    // A command that was stopped because of another has not failed itself.
    if (!stopped.signal.aborted) failed.push(`${command.join(' ')} failed\n${output}`.trim());
    stopped.abort();
  };
  await Promise.all([
    ...shown.map((command) => run(command, 'inherit')),
    ...quiet.map((command) => run(command, 'pipe')),
  ]);
  if (stopped.signal.aborted && failed.length === 0) failed.push('stopped');
  return failed;
}

/**
 * In a process group of its own: what it has started and left running ends with it. `code`: null if it was stopped or
 * could not be started.
 */
async function runOne(
  [program, ...args]: Command,
  stdio: 'inherit' | 'pipe',
  stopped: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { stdio: ['ignore', stdio, stdio], detached: true });
  const stop = () => stopGroup(child);
  stopped.addEventListener('abort', stop);
  child.on('exit', stop);

  let reason = '';
  child.on('error', ({ message }) => (reason = message));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = [child.stdout, child.stderr].map(async (stream) => (stream ? text(stream) : ''));
  const output = (await Promise.all(said)).join('');
  return { code: await ended, output: output || reason };
}

function stopGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid);
  } catch {
    // The whole group has ended already.
  }
}
