import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frameReader, writeFrame } from '../frames.ts';
import type { MeasureRequest, RenderRequest, WorkerReply } from '../messages.ts';
import { withMemoryLimit } from './memory-limit.ts';
import type { Upload } from '../upload.ts';

/**
 * Largest reply. A worker decodes hostile bytes, so it is not trusted; its real files are a few
 * kilobytes.
 */
const MAX_REPLY = 16 * 1024 * 1024;

/** How many characters of a worker's standard error go to the log. */
const STDERR_TAIL = 2000;

/**
 * The worker's whole environment, so that it holds no secret of the server. Two settings are for
 * glibc: with its defaults, ten progressive 12-megapixel pictures left 294 MB resident instead of
 * 120. With the server's compile cache a worker does not strip types: it starts in half the processor
 * time, and takes 87 MB with a photo instead of 98.
 */
function environment(): Record<string, string> {
  const malloc = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
  const compiled = getCompileCacheDir();
  // Node names a folder for its version in the folder that the variable names.
  return compiled === undefined ? malloc : { ...malloc, NODE_COMPILE_CACHE: dirname(compiled) };
}

/**
 * Its heap holds next to nothing, since uploads and pixels are outside it. V8's last compiler is
 * not worth its 5 MB here; the one before it saves 3 ms of a photo's 50.
 */
const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--expose-gc',
  '--no-opt',
];

const SCRIPT = fileURLToPath(new URL('../worker/worker.ts', import.meta.url));

export interface WorkerEvents {
  onReply: (reply: WorkerReply, body: Buffer) => void;
  /** Called once, whatever ended the worker; also if it could not be started. */
  onExit: (how: {
    code: number | null;
    signal: string | null;
    err: unknown;
    stderr: string;
  }) => void;
}

/** A running worker; it takes one request at a time. */
export interface WorkerProcess {
  pid: number | undefined;
  /** The death of the worker is reported by onExit. */
  send: (request: RenderRequest, upload: Upload) => void;
  /** Asks the worker to measure how fast it decodes. */
  measure: () => void;
  /** Sends SIGKILL: a decoder reacts to nothing else. */
  kill: () => void;
}

interface WorkerOptions {
  /** See `withMemoryLimit`. */
  growthBytes: number;
  /** A script to run instead of the worker's own, for tests. */
  script?: string | undefined;
}

/** Starts a worker and returns at once; its first reply is `ready`. Never throws. */
export function startWorker(events: WorkerEvents, options: WorkerOptions): WorkerProcess {
  let error: unknown;
  let stderr = '';
  const exit = (code: number | null, signal: string | null) =>
    events.onExit({ code, signal, err: error, stderr });
  let child: ChildProcessWithoutNullStreams;
  try {
    const command = [process.execPath, ...NODE_FLAGS, options.script ?? SCRIPT];
    const [file = '', ...args] = withMemoryLimit(command, options.growthBytes);
    child = spawn(file, args, { env: environment(), stdio: 'pipe' });
  } catch (cause) {
    error = cause;
    process.nextTick(exit, null, null);
    return { pid: undefined, send: () => {}, measure: () => {}, kill: () => {} };
  }
  const kill = () => void child.kill('SIGKILL');
  child.on('error', (cause) => {
    error ??= cause;
    if (child.pid === undefined) exit(null, null);
  });
  // Without a process id there may be no pipes.
  if (child.pid === undefined) return { pid: undefined, send: () => {}, measure: () => {}, kill };
  child.on('exit', exit);
  // A write to a worker that has just died; onExit reports it.
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
    send(request, { size, content }) {
      if (typeof content !== 'string') writeFrame(child.stdin, request, content);
      else writeFrame(child.stdin, { ...request, file: { path: content, size } });
    },
    measure: () => writeFrame(child.stdin, { measure: true } satisfies MeasureRequest),
    kill,
  };
}
