import type { Logger } from 'pino';

/** Work that every node does at its start and then at intervals. */
export interface TimedJob {
  /** For the log. */
  name: string;
  /** Milliseconds from the start of one run to the next. */
  intervalMs: number;
  /**
   * Does what is due and returns how much of each kind. Work that only one node may do must claim
   * its rows in the database. Once `signal` is aborted it stops after the current piece.
   */
  run: (signal: AbortSignal) => Promise<Record<string, number>>;
}

interface TimedJobs {
  /** Runs each job at once and then every `intervalMs`; a job never runs twice at a time. */
  start: () => void;
  /** Runs a job now, before its turn. A job that is running runs once more afterwards, as it may miss new work. */
  wake: (name: string) => void;
  /** Starts no more runs; resolves when the current ones have ended. */
  stop: () => Promise<void>;
}

/**
 * A runner for `jobs`. Runs that did something, and failures, are logged; a failed run is tried
 * again next time.
 */
export function createTimedJobs(jobs: readonly TimedJob[], log: Logger): TimedJobs {
  const stopping = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const running = new Map<TimedJob, Promise<void>>();
  const woken = new Set<TimedJob>();

  async function run(job: TimedJob): Promise<void> {
    try {
      const done = await job.run(stopping.signal);
      if (Object.values(done).some((count) => count > 0)) log.info(done, job.name);
    } catch (error) {
      log.error({ err: error }, `${job.name} failed`);
    } finally {
      running.delete(job);
      if (woken.delete(job)) tick(job);
    }
  }

  function tick(job: TimedJob): void {
    if (!running.has(job) && !stopping.signal.aborted) running.set(job, run(job));
  }

  return {
    start() {
      for (const job of jobs) {
        timers.push(setInterval(tick, job.intervalMs, job).unref());
        tick(job);
      }
    },
    wake(name) {
      const job = jobs.find((one) => one.name === name);
      // Before the start, waking is not needed, because the start runs every job.
      if (job === undefined || timers.length === 0) return;
      if (running.has(job)) woken.add(job);
      else tick(job);
    },
    async stop() {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
