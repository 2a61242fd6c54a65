import type { HttpError } from '../../errors.ts';
import { createBackOff } from '../../runtime/backoff.ts';
import type { Size } from '../crop.ts';
import { createJobQueue } from '../../runtime/job-queue.ts';
import { ALONE, slownessOf, WHOLE, WORKER_LIMITS, type WorkerLimits } from '../limits.ts';
import type { WorkerReply } from '../messages.ts';
import { startWorker, type WorkerEvents, type WorkerProcess } from './worker-process.ts';
import type { ImagePoolOptions, ImagePool } from './image-pool.ts';
import { asUpload, conclude, type Job, tooSlow, unavailable, type Wanted } from './job.ts';

/**
 * How long a worker may take to become ready, or to measure the machine, before it counts as
 * failed; milliseconds.
 */
const STARTUP_MS = 15_000;

/**
 * A worker without a picture for this long ends: it holds 38 MB, and starting one takes a tenth of a
 * second of a processor.
 */
const REST_MS = 20_000;

interface Member {
  worker: WorkerProcess;
  state: 'starting' | 'measuring' | 'idle' | 'busy' | 'gone';
  job: Job | undefined;
  /** Kills a worker that takes too long to start or decode, or ends one that is not needed. */
  deadline: NodeJS.Timeout;
}

/**
 * At most `workers` processes that decode pictures, started when there is work: a decoder that
 * hangs or crashes affects no other. Close the pool in the end.
 */
export function createImagePool(options: ImagePoolOptions): ImagePool {
  const { workers, queueLength, deadlineMs, limits = WORKER_LIMITS, log, script } = options;
  const { restMs = REST_MS } = options;
  const queue = createJobQueue<Job>(queueLength);
  const members = new Set<Member>();
  let restarts = 0;
  /**
   * Workers that ended at work and are replaced at once, so that the next picture does not wait for
   * a start.
   */
  let replacements = 0;
  const starts = createBackOff();
  let { slowness } = options;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const count = (state: Member['state']) =>
    [...members].filter((member) => member.state === state).length;

  /** Hands waiting pictures to idle workers, and starts workers for those that remain. */
  function dispatch(): void {
    for (const member of members) {
      if (queue.length === 0 || mustWait()) break;
      if (member.state !== 'idle') continue;
      if (slowness === undefined && queue.peek()!.alone) measure(member);
      else assign(member, queue.shift()!);
    }
    let wanted = Math.max(queue.length, replacements) - count('starting') - count('measuring');
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

  /** Whether no picture may start now, because one is being decoded alone, or the next one must be. */
  function mustWait(): boolean {
    const alone = [...members].some(({ job }) => job?.alone);
    return alone || (queue.peek()?.alone === true && count('busy') + count('measuring') > 0);
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
    clearTimeout(member.deadline);
    member.state = 'busy';
    member.job = job;
    member.deadline = setTimeout(
      () => {
        log.warn({ bytes: job.upload.size, deadlineMs }, 'picture took too long to decode');
        retire(member);
        tryAlone(job, unavailable('deadline'));
        dispatch();
      },
      deadlineMs * (slowness ?? 1) * (job.whole ? WHOLE : 1),
    );
    const { upload, renditions, crop, whole } = job;
    member.worker.send({ renditions, crop, whole, limits: limitsOf(job) }, upload);
  }

  function limitsOf({ alone, whole }: Job): WorkerLimits {
    const times = (slowness ?? 1) * (alone ? ALONE : 1) * (whole ? WHOLE : 1);
    return { ...limits, cpuMs: limits.cpuMs * times };
  }

  /** Puts a slow picture first in the queue, to be decoded alone; the second time it is refused. */
  function tryAlone(job: Job, refusal: HttpError): void {
    if (job.alone) job.reject(refusal);
    else queue.pushFirst({ ...job, alone: true });
  }

  function free(member: Member): void {
    clearTimeout(member.deadline);
    member.job = undefined;
    member.state = 'idle';
    member.deadline = setTimeout(end, restMs, member).unref();
  }

  /** Removes a worker for good; its place is free at once. */
  function retire(member: Member): void {
    clearTimeout(member.deadline);
    if (member.job) replacements += 1;
    member.job = undefined;
    if (!closed) restarts += 1;
    end(member);
  }

  function end(member: Member): void {
    member.state = 'gone';
    members.delete(member);
    member.worker.kill();
  }

  function settle(member: Member, reply: WorkerReply, body: Buffer): void {
    if (member.state === 'gone') return;
    const { job } = member;
    // An exception here goes to the reader of the worker's frames, which kills the worker.
    const expected = (kind: WorkerReply['kind'], state: Member['state']) =>
      (reply.kind === kind) === (member.state === state);
    if (!expected('ready', 'starting') || !expected('measured', 'measuring'))
      throw new Error('out of turn');
    if (reply.kind === 'ready') starts.succeeded();
    else if (reply.kind === 'measured') measured(reply.ms);
    else if (reply.kind === 'slow') tryAlone(job!, tooSlow());
    else if (job) conclude(job, reply, body);
    if ('last' in reply && reply.last) retire(member);
    else free(member);
    dispatch();
  }

  /**
   * Measures how fast this machine is, when a picture was too slow for the first time and before it
   * is tried again.
   */
  function measure(member: Member): void {
    clearTimeout(member.deadline);
    member.state = 'measuring';
    member.deadline = setTimeout(member.worker.kill, STARTUP_MS);
    member.worker.measure();
  }

  function measured(ms: number): void {
    slowness = slownessOf(ms);
    const cpuMs = Math.round(limits.cpuMs * slowness);
    log.info({ ms, cpuMs }, 'measured how fast pictures are decoded');
  }

  /** Handles the end of a worker that the pool did not kill. */
  function remove(member: Member, how: Parameters<WorkerEvents['onExit']>[0]): void {
    if (member.state === 'gone') return;
    const { state, job } = member;
    retire(member);
    log.error({ ...how, worker: member.worker.pid }, 'image worker ended');
    if (state === 'starting' || state === 'measuring') starts.failed();
    if (state === 'measuring') slowness = 1;
    if (stuck()) rejectQueue('no worker can start');
    if (job?.retried) job.reject(unavailable('worker ended twice'));
    else if (job) queue.pushFirst({ ...job, retried: true });
    dispatch();
  }

  function stuck(): boolean {
    return starts.exhausted() && members.size === 0;
  }

  function rejectQueue(reason: string): void {
    for (const job of queue.drain()) job.reject(unavailable(reason));
  }

  /** Why a new picture cannot be queued; undefined if it can. */
  function refusal(whole: boolean): string | undefined {
    if (closed) return 'closed';
    if (queue.isFull(whole)) return 'queue full';
    return stuck() && starts.pause() > 0 ? 'no worker can start' : undefined;
  }

  function make(wanted: Wanted): Promise<{ files: Buffer[]; size: Size | undefined }> {
    return new Promise((resolve, reject) => {
      const reason = refusal(wanted.whole);
      if (reason) return reject(unavailable(reason));
      queue.push({ ...wanted, resolve, reject, retried: false, alone: false });
      dispatch();
    });
  }

  return {
    async render(upload, renditions, crop) {
      const wanted = { upload: asUpload(upload), renditions, crop, whole: false };
      return (await make(wanted)).files;
    },
    async renderWhole(upload, renditions) {
      const wanted = { upload: asUpload(upload), renditions, crop: undefined, whole: true };
      const { files, size } = await make(wanted);
      if (!size) throw new Error('the worker did not say how large the picture is');
      return { files, size };
    },
    stats: () => ({ queued: queue.length, running: count('busy'), restarts }),
    stuck,
    pids: () => [...members].flatMap(({ worker }) => worker.pid ?? []),
    close: () => {
      closed = true;
      clearTimeout(retry);
      rejectQueue('closed');
      for (const member of members) {
        member.job?.reject(unavailable('closed'));
        retire(member);
      }
    },
  };
}
