import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { frameReader, writeFrame } from './frames.ts';
import type { RenderRequest, WorkerReply } from './messages.ts';

/** A worker that decodes hostile bytes is not believed: its files are a few kilobytes each. */
const MAX_REPLY = 16 * 1024 * 1024;

/** The end of what a worker wrote to its standard error, for the log. */
const STDERR_TAIL = 2000;

/**
 * All that a worker sees of the environment, so that no secret of the server is there. The two
 * settings are glibc's: with its defaults, ten progressive 12-megapixel pictures left 294 MB
 * resident instead of 120; elsewhere they mean nothing.
 */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

const SCRIPT = fileURLToPath(new URL('worker.ts', import.meta.url));

export interface WorkerEvents {
  onReply: (reply: WorkerReply, body: Buffer) => void;
  /** Once, whatever ended it; also when it could not be started at all. */
  onExit: (how: {
    code: number | null;
    signal: string | null;
    err: unknown;
    stderr: string;
  }) => void;
}

/** A running worker; requests go to it one at a time. */
export interface WorkerProcess {
  pid: number | undefined;
  send: (request: RenderRequest, upload: Buffer) => void;
  /** SIGKILL: a decoder listens to nothing else. */
  kill: () => void;
}

/** Starts a worker and returns at once; its first reply is `ready`. Never throws. */
export function startWorker(events: WorkerEvents, script: string = SCRIPT): WorkerProcess {
  let error: unknown;
  let stderr = '';
  const exit = (code: number | null, signal: string | null) =>
    events.onExit({ code, signal, err: error, stderr });
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(process.execPath, [script], { env: ENVIRONMENT, stdio: 'pipe' });
  } catch (cause) {
    error = cause;
    process.nextTick(exit, null, null);
    return { pid: undefined, send: () => {}, kill: () => {} };
  }
  const kill = () => void child.kill('SIGKILL');
  child.on('error', (cause) => {
    error ??= cause;
    if (child.pid === undefined) exit(null, null);
  });
  // Without a process id there may be no pipes either.
  if (child.pid === undefined) return { pid: undefined, send: () => {}, kill };
  child.on('exit', exit);
  // A write to a worker that has just died; its exit says the same.
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_TAIL);
  });
  const onFrame = (head: unknown, body: Buffer) => events.onReply(head as WorkerReply, body);
  const broken = (cause: unknown) => {
    error ??= cause;
    kill();
  };
  child.stdout.on('data', frameReader(MAX_REPLY, onFrame, broken));
  return {
    pid: child.pid,
    send: (request, upload) => writeFrame(child.stdin, request, upload),
    kill,
  };
}
