/**
 * The process that decodes. It reads requests from standard input, one at a time, and answers on
 * standard output. It holds nothing else of the server: no secret and no open file.
 */
import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setPriority } from 'node:os';
import sharp from 'sharp';
import { InvalidImage, TooCostly } from '../../errors.ts';
import { frameReader, writeFrame } from '../frames.ts';
import { WATCH_MS, type WorkerLimits } from '../limits.ts';
import { TOO_MUCH_MEMORY } from '../inspect.ts';
import { blockUnwantedLoaders } from './loaders.ts';
import { fileReader } from './upload-file.ts';
import { BeyondPicture, render } from './render.ts';
import { renderWhole } from './render-whole.ts';
import { measureDecoding } from './speed.ts';
import type { MeasureRequest, RenderRequest, WorkerReply } from '../messages.ts';

/** Most bytes of an upload with its request; the configuration limits uploads far below. */
const MAX_REQUEST = 128 * 1024 * 1024;

/** An idle worker above this many resident bytes asks to be replaced. */
const RETIRE_RSS = 160 * 1024 * 1024;

/**
 * Freed copies worth a collection of the whole heap, in bytes. That takes 6 to 13 ms, half of what
 * a small photo costs; a collection of young objects takes 0.1 ms and finds nearly all of them.
 */
const WORTH_A_FULL_GC = 16 * 1024 * 1024;

/** Lowers the workers' priority (of 19): readers should not wait for uploads. */
const NICENESS = 10;

sharp.cache(false);
sharp.concurrency(1);
blockUnwantedLoaders();
volunteer();

// Ctrl-C reaches the whole process group while the server still answers its last uploads.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
const readFile = fileReader(MAX_REQUEST);
const feed = frameReader(
  MAX_REQUEST,
  (head, body) => void serve(head as RenderRequest | MeasureRequest, body),
  end,
);
process.stdin.on('data', feed);
// The server is gone. An orderly exit would wait for the running decode.
for (const event of ['end', 'error']) process.stdin.on(event, end);
process.stdout.on('error', end);
reply({ kind: 'ready' });
// Node would write it at exit, but this process is killed.
flushCompileCache();

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

function reply(head: WorkerReply, ...files: Buffer[]): void {
  writeFrame(process.stdout, head, ...files);
}

/** When the machine runs out of memory, Linux should end this process and not the server. */
function volunteer(): void {
  setPriority(NICENESS);
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux.
  }
}

/** Answers one request. Whatever fails here is blamed on the picture. */
async function serve(request: RenderRequest | MeasureRequest, body: Buffer): Promise<void> {
  if ('measure' in request) {
    reply({ kind: 'measured', ms: await measureDecoding() });
    return collect();
  }
  const { file } = request;
  let upload = body;
  try {
    if (file) upload = readFile(file.path, file.size);
  } catch (error) {
    return reply({ kind: 'unreadable', reason: reasonOf(error), last: false });
  }
  const watch = watchOver(request.limits);
  try {
    const { files, picture } = request.whole
      ? await renderWhole(upload, request)
      : { files: await render(upload, request), picture: undefined };
    const last = process.memoryUsage.rss() > RETIRE_RSS;
    const sizes = files.map((file) => file.length);
    reply({ kind: 'rendered', sizes, picture, last }, ...files);
  } catch (error) {
    if (error instanceof BeyondPicture) {
      reply({ kind: 'outside', picture: error.picture, last: false });
    } else {
      const tooCostly = error instanceof TooCostly ? error.why : undefined;
      reply({ kind: 'invalid', reason: reasonOf(error), tooCostly, last: false });
    }
  } finally {
    clearInterval(watch);
    collect();
  }
}

/**
 * Frees copies of pixels. They are outside the heap, so their growth alone would not trigger a
 * collection.
 */
function collect(): void {
  globalThis.gc?.({ type: 'minor' });
  if (process.memoryUsage().arrayBuffers > WORTH_A_FULL_GC) globalThis.gc?.({ type: 'major' });
}

/** Stops working on the picture once it exceeds a limit, even while threads still decode it. */
function watchOver({ residentBytes, cpuMs }: WorkerLimits): NodeJS.Timeout {
  const before = process.cpuUsage();
  const watch = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    const slow = (user + system) / 1000 > cpuMs;
    if (!slow && process.memoryUsage.rss() < residentBytes) return;
    clearInterval(watch);
    if (slow) reply({ kind: 'slow', last: true });
    else {
      const reason = 'decoder out of memory';
      reply({ kind: 'invalid', reason, tooCostly: TOO_MUCH_MEMORY, last: true });
    }
  }, WATCH_MS);
  return watch;
}

function reasonOf(error: unknown): string {
  return String(error instanceof InvalidImage ? error.cause : error).slice(0, 500);
}
