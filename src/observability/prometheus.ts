import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type Metric,
} from 'prom-client';
import type { ErrorCounts } from '../db/error-counts.ts';
import type { PoolStats } from '../db/postgres/pool-stats.ts';
import type { Metrics } from './metrics.ts';

/** Where values come from that are read only when somebody scrapes. */
export interface Sources {
  /** The kinds of the stores, such as `sqlite` and `disk`. */
  kinds: { database: string; media: string };
  /** Whether database and media work. */
  health: () => Promise<{ database: boolean; media: boolean }>;
  images: () => { queued: number; running: number; restarts: number };
  workers: () => number;
  /** Rows in the ledger of pictures, by state; asks the database. */
  pictures: () => Promise<Record<string, number>>;
  /** Connections to a database server; undefined without one. */
  pool: () => PoolStats | undefined;
  /** Failures of the database, by kind. */
  databaseErrors: () => ErrorCounts;
}

/** In seconds: from a home page to the slowest picture. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Milliseconds for which a count of rows is reused. */
const FRESH_MS = 15_000;

/** Metrics of one server, none about a person. Nothing is read between scrapes. */
export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'masthead_http_request_duration_seconds',
    help: 'Requests by method, pattern of the route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const uploads = new Counter({
    name: 'masthead_uploads_total',
    help: 'Uploads of pictures by outcome',
    labelNames: ['outcome'],
    registers,
  });
  for (const metric of [...storesOf(sources), ...imagesOf(sources)])
    registry.registerMetric(metric);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (labels, seconds) => durations.observe(labels, seconds),
    countUpload: (outcome) => uploads.inc({ outcome }),
  };
}

function storesOf({ kinds, health, pictures, pool, databaseErrors }: Sources): Metric[] {
  const up = new Gauge({
    name: 'masthead_up',
    help: 'Whether database and media can be written: 1 or 0, at most five seconds old',
    labelNames: ['part', 'kind'],
    registers: [],
    async collect() {
      const takesWrites = await health();
      this.set({ part: 'database', kind: kinds.database }, Number(takesWrites.database));
      this.set({ part: 'media', kind: kinds.media }, Number(takesWrites.media));
    },
  });
  const counted = fresh(pictures);
  const rows = new Gauge({
    name: 'masthead_pictures',
    help: 'Rows in the ledger of pictures by state, at most 15 seconds old',
    labelNames: ['state'],
    registers: [],
    async collect() {
      // A count that failed is absent, not zero.
      this.reset();
      const found = await counted().catch(() => ({}));
      for (const [state, count] of Object.entries(found)) this.set({ state }, count);
    },
  });
  const errors = new Counter({
    name: 'masthead_database_errors_total',
    help: 'Failed statements of the database, by kind; duplicate names and the like do not count',
    labelNames: ['kind'],
    registers: [],
    collect() {
      this.reset();
      for (const [kind, count] of Object.entries(databaseErrors())) this.inc({ kind }, count);
    },
  });
  if (pool() === undefined) return [up, rows, errors];
  const connections = new Gauge({
    name: 'masthead_database_connections',
    help: 'Connections to the database, and requests that wait for one',
    labelNames: ['state'],
    registers: [],
    collect() {
      const { total = 0, idle = 0, waiting = 0 } = pool() ?? {};
      this.set({ state: 'busy' }, total - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waited_for' }, waiting);
    },
  });
  return [up, rows, errors, connections];
}

function imagesOf({ images, workers }: Sources): Metric[] {
  const queue = new Gauge({
    name: 'masthead_image_queue',
    help: 'Pictures that wait for a worker',
    registers: [],
    collect() {
      this.set(images().queued);
    },
  });
  const all = new Gauge({
    name: 'masthead_image_workers',
    help: 'Processes that decode pictures: all, and busy ones',
    labelNames: ['state'],
    registers: [],
    collect() {
      this.set({ state: 'all' }, workers());
      this.set({ state: 'busy' }, images().running);
    },
  });
  const restarts = new Counter({
    name: 'masthead_image_worker_restarts_total',
    help: 'Workers that ended before the server did, for whatever reason',
    registers: [],
    collect() {
      this.reset();
      this.inc(images().restarts);
    },
  });
  return [queue, all, restarts];
}

/** Asks again only if the last answer is old; a failure is not reused. */
function fresh<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.at < FRESH_MS) return last.answer;
    const answer = ask();
    last = { at: now, answer };
    answer.catch(() => (last = undefined));
    return answer;
  };
}
