import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { Unavailable } from '../errors.ts';

/** Milliseconds for which a check is reused, so that probes cannot wear out the disk. */
const FRESH_MS = 5_000;
/** A check that takes longer counts as failed, for example on a network folder that hangs; milliseconds. */
const TIMEOUT_MS = 6_000;

interface Checks {
  /** Throws if the database cannot be written. */
  database: () => Promise<void>;
  /** Throws if the media store cannot be written. */
  media: () => Promise<void>;
}

/** The failure of each part, or undefined. */
export type Outcome = Record<keyof Checks, Unavailable | undefined>;

const Health = Type.Object({ status: Type.Literal('healthy') }, { $id: 'Health' });

/** Writes to both stores, at most every five seconds. A failure is logged once per check. */
export function createHealth(
  { database, media }: Checks,
  log: Pick<FastifyInstance['log'], 'warn'>,
): () => Promise<Outcome> {
  // A monotonic clock: if a clock were set back, an old result would stay valid.
  let last: { at: number; outcome: Promise<Outcome> } | undefined;

  async function check(): Promise<Outcome> {
    const [one, other] = await Promise.all([
      attempt('Database unavailable', database),
      attempt('Media unavailable', media),
    ]);
    const problem = one ?? other;
    if (problem) log.warn({ reason: String(problem.cause) }, problem.message);
    return { database: one, media: other };
  }

  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= FRESH_MS) last = { at: now, outcome: check() };
    return last.outcome;
  };
}

/**
 * `/health`, fixed by the contract: whether both stores can be written, or which cannot.
 * `/health/live`: the process answers, whatever else fails, so that it is not restarted because the
 * database is away. `/health/ready`: whether to send requests here; 503 while `stopping`, and if no
 * worker can start.
 */
export function registerHealth(
  app: FastifyInstance,
  options: { health: () => Promise<Outcome>; imagesStuck: () => boolean; stopping: AbortSignal },
): void {
  const { health, imagesStuck, stopping } = options;
  const hidden = { schema: { hide: true } };

  app.get(
    '/health',
    { schema: { summary: 'Health Check', tags: ['health'], response: { 200: Health } } },
    async (_request, reply) => {
      const { database, media } = await health();
      const problem = database ?? media;
      if (problem) return refuse(reply, problem);
      return { status: 'healthy' as const };
    },
  );

  app.get('/health/live', hidden, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'live' };
  });

  app.get('/health/ready', hidden, async (_request, reply) => {
    if (stopping.aborted) return refuse(reply, new Unavailable('Stopping'));
    const { database, media } = await health();
    const images = imagesStuck() ? new Unavailable('Image workers unavailable') : undefined;
    const problem = database ?? media ?? images;
    if (problem) return refuse(reply, problem);
    reply.header('cache-control', 'no-store');
    return { status: 'ready' };
  });
}

/** Answers without the error handler, which would log each 503. */
function refuse(reply: FastifyReply, { status, headers, message }: Unavailable): FastifyReply {
  reply.code(status).headers(headers).header('cache-control', 'no-store').type('application/json');
  // A string, so that the schema of the 200 is not applied.
  return reply.send(JSON.stringify({ detail: message }));
}

/** The failure of a check, if any; never rejects. */
async function attempt(
  detail: string,
  check: () => Promise<void>,
): Promise<Unavailable | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), TIMEOUT_MS);
  try {
    await Promise.race([check(), late]);
    return undefined;
  } catch (cause) {
    return new Unavailable(detail, { cause });
  } finally {
    clearTimeout(timer);
  }
}
