import type { Logger } from 'pino';
import { InvalidImage, Unavailable, type HttpError, type ValidationError } from '../errors.ts';
import { createBackOff } from '../runtime/backoff.ts';
import type { Crop, Size } from './crop.ts';
import { outsidePicture } from './crop-error.ts';
import { WORKER_LIMITS, type WorkerLimits } from './limits.ts';
import type { Rendition, WorkerReply } from './messages.ts';
import { inMemory, type Upload } from './upload.ts';
import { startWorker, type WorkerEvents, type WorkerProcess } from './worker-process.ts';

/** One worker is started so long after the pool was made, out of the way of the server's own start. */
const WARM_UP_MS = 1000;

/** A worker that is not ready by then counts as one that could not be started. */
const STARTUP_MS = 15_000;

export interface ImagePoolOptions {
  /** Pictures decoded at once, each in a process of its own. */
  workers: number;
  /** Pictures that may wait beyond those. */
  queueLength: number;
  /**
   * Milliseconds a picture may take by the clock, from the start of its decoding: for workers that hang.
   * One that works ends sooner, by its limits.
   */
  deadlineMs: number;
  /** WORKER_LIMITS when absent. */
  limits?: WorkerLimits;
  log: Logger;
  /** False for who may have no picture at all: no worker is started before there is one. */
  warmUp?: boolean | undefined;
  /** Another script for the workers, to see what happens when they cannot start. */
  script?: string;
}

export interface ImagePool {
  /**
   * The files wanted of an uploaded picture, in the order of `renditions`. Rejects with
   * InvalidImage for whatever the bytes are to blame for, with ValidationError when `crop` is not
   * within the picture, and with Unavailable when too many wait or no worker can be had.
   */
  render: (
    upload: Uint8Array | Upload,
    renditions: readonly Rendition[],
    crop?: Crop,
  ) => Promise<Buffer[]>;
  /** `restarts`: workers that ended before the pool was closed, for whatever reason. */
  stats: () => { queued: number; running: number; restarts: number };
  /** Whether no worker could be started, often enough to give up for a while. */
  stuck: () => boolean;
  /** Process ids of the workers there are. */
  pids: () => number[];
  /** Kills the workers; what was asked and not answered is rejected with Unavailable. */
  close: () => void;
}

interface Job {
  upload: Upload;
  renditions: readonly Rendition[];
  crop: Crop | undefined;
  resolve: (files: Buffer[]) => void;
  reject: (error: HttpError) => void;
  /** It has already cost one worker its life. */
  retried: boolean;
}

interface Member {
  worker: WorkerProcess;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  job: Job | undefined;
  /** Kills the worker that starts or decodes for too long. */
  deadline: NodeJS.Timeout;
}

/**
 * Processes that decode pictures, at most `workers` of them, started when there is work: a
 * decoder that hangs or crashes takes only itself along. Close it in the end.
 */
export function createImagePool(options: ImagePoolOptions): ImagePool {
  const { workers, queueLength, deadlineMs, limits = WORKER_LIMITS, log, script } = options;
  const queue: Job[] = [];
  const members = new Set<Member>();
  let restarts = 0;
  /** Workers that ended at work: the next picture is not to wait for another one's start. */
  let replacements = 0;
  const starts = createBackOff();
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const warmUp =
    options.warmUp === false
      ? undefined
      : setTimeout(() => members.size > 0 || start(), WARM_UP_MS).unref();

  const count = (state: Member['state']) =>
    [...members].filter((member) => member.state === state).length;

  /** Hands waiting pictures to idle workers, and starts workers for those that remain. */
  function dispatch(): void {
    for (const member of members) {
      if (queue.length === 0) break;
      if (member.state === 'idle') assign(member, queue.shift()!);
    }
    let wanted = Math.max(queue.length, replacements) - count('starting');
    const wait = starts.pause();
    if (wanted > 0 && wait > 0) {
      retry ??= setTimeout(() => {
        retry = undefined;
        dispatch();
      }, wait);
      return;
    }
    replacements = 0;
    for (; wanted > 0 && members.size < workers; wanted -= 1) start();
  }

  function start(): void {
    const events: WorkerEvents = {
      onReply: (reply, body) => settle(member, reply, body),
      onExit: (how) => remove(member, how),
    };
    const worker = startWorker(events, { growthBytes: limits.growthBytes, script });
    const deadline = setTimeout(worker.kill, STARTUP_MS);
    const member: Member = { worker, state: 'starting', job: undefined, deadline };
    members.add(member);
  }

  function assign(member: Member, job: Job): void {
    member.state = 'busy';
    member.job = job;
    member.deadline = setTimeout(() => {
      log.warn({ bytes: job.upload.size, deadlineMs }, 'picture took too long to decode');
      retire(member);
      job.reject(new InvalidImage('deadline'));
      dispatch();
    }, deadlineMs);
    hand(member, job);
  }

  function hand(member: Member, job: Job): void {
    const { upload, renditions, crop } = job;
    member.worker.send({ renditions, crop, limits }, upload).catch((cause: unknown) => {
      if (member.job !== job) return;
      // The worker would wait for the rest for ever.
      retire(member);
      job.reject(new Unavailable('Media unavailable', { cause }));
      dispatch();
    });
  }

  function free(member: Member): void {
    clearTimeout(member.deadline);
    member.job = undefined;
    member.state = 'idle';
  }

  /** Takes a worker out of the pool for good; its place is free at once. */
  function retire(member: Member): void {
    clearTimeout(member.deadline);
    if (member.job) replacements += 1;
    member.state = 'gone';
    member.job = undefined;
    members.delete(member);
    if (!closed) restarts += 1;
    member.worker.kill();
  }

  function settle(member: Member, reply: WorkerReply, body: Buffer): void {
    if (member.state === 'gone') return;
    const { job } = member;
    // What is thrown here goes to the worker's reader of frames, which kills it.
    if ((reply.kind === 'ready') !== (member.state === 'starting')) throw new Error('out of turn');
    if (reply.kind === 'unread') {
      if (job?.upload.path === undefined) throw new Error('nothing to read');
      job.upload = { ...job.upload, path: undefined };
      return hand(member, job);
    }
    if (reply.kind === 'ready') starts.succeeded();
    else if (reply.kind === 'rendered') job?.resolve(split(body, reply.sizes, job.renditions));
    else if (reply.kind === 'invalid') job?.reject(new InvalidImage(reply.reason));
    else job?.reject(outside(job.crop, reply.picture));
    if (reply.kind !== 'ready' && reply.last) retire(member);
    else free(member);
    dispatch();
  }

  /** After a worker's death by itself or by another's hand. */
  function remove(member: Member, how: Parameters<WorkerEvents['onExit']>[0]): void {
    if (member.state === 'gone') return;
    const { state, job } = member;
    retire(member);
    log.error({ ...how, worker: member.worker.pid }, 'image worker ended');
    if (state === 'starting') starts.failed();
    if (stuck()) rejectQueue('no worker can start');
    if (job?.retried) job.reject(unavailable('worker ended twice'));
    else if (job) queue.unshift({ ...job, retried: true });
    dispatch();
  }

  function stuck(): boolean {
    return starts.exhausted() && members.size === 0;
  }

  function rejectQueue(reason: string): void {
    for (const job of queue.splice(0)) job.reject(unavailable(reason));
  }

  /** The reason why a picture cannot even wait, if there is one. */
  function refusal(): string | undefined {
    if (closed) return 'closed';
    if (queue.length >= queueLength) return 'queue full';
    return stuck() && starts.pause() > 0 ? 'no worker can start' : undefined;
  }

  return {
    render: (upload, renditions, crop) =>
      new Promise((resolve, reject) => {
        const reason = refusal();
        if (reason) return reject(unavailable(reason));
        const source = upload instanceof Uint8Array ? inMemory(upload) : upload;
        queue.push({ upload: source, renditions, crop, resolve, reject, retried: false });
        dispatch();
      }),
    stats: () => ({ queued: queue.length, running: count('busy'), restarts }),
    stuck,
    pids: () => [...members].flatMap(({ worker }) => worker.pid ?? []),
    close: () => {
      closed = true;
      clearTimeout(warmUp);
      clearTimeout(retry);
      rejectQueue('closed');
      for (const member of members) {
        member.job?.reject(unavailable('closed'));
        retire(member);
      }
    },
  };
}

/** The files of a reply; throws when they are not what was asked for. */
function split(body: Buffer, sizes: number[], renditions: readonly Rendition[]): Buffer[] {
  let end = 0;
  const files = sizes.map((size) => Buffer.from(body.subarray(end, (end += size))));
  if (end !== body.length || files.length !== renditions.length) throw new Error('wrong files');
  return files;
}

/** The error of a crop beyond its picture; throws when it is not. */
function outside(crop: Crop | undefined, picture: Size): ValidationError {
  const error = crop && outsidePicture(crop, picture);
  if (!error?.errors.length) throw new Error('a crop within its picture');
  return error;
}

function unavailable(cause: string): Unavailable {
  return new Unavailable('Pictures cannot be processed right now. Please try again in a moment.', {
    cause,
  });
}
