import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { Unavailable } from '../errors.ts';

/** How long one check is good for, so that probes cannot wear the disk out; milliseconds. */
const FRESH_MS = 5_000;
/** A check that takes longer has failed, as on a network folder that hangs; milliseconds. */
const PATIENCE_MS = 6_000;

interface Checks {
  /** Throws when the database takes no writes. */
  database: () => Promise<void>;
  /** Throws when the media store takes no writes. */
  media: () => Promise<void>;
}

/** What fails of each part, or undefined where nothing does. */
export type Outcome = Record<keyof Checks, Unavailable | undefined>;

const Health = Type.Object({ status: Type.Literal('healthy') }, { $id: 'Health' });

/**
 * Writes to both stores, at most every five seconds however often it is asked. What fails is logged
 * once a check.
 */
export function createHealth(
  { database, media }: Checks,
  log: Pick<FastifyInstance['log'], 'warn'>,
): () => Promise<Outcome> {
  // By a clock that nobody sets: one set back would keep an old answer alive.
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
 * `/health` by contract: whether both stores take writes, or which does not. `/health/live`: that this
 * process answers, whatever else fails, so that nobody restarts it for a database that is away.
 * `/health/ready`: whether to send requests here; not while `stopping`, and not when no worker can start.
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

/** Past the error handler, which logs each 503 it answers. */
function refuse(reply: FastifyReply, { status, headers, message }: Unavailable): FastifyReply {
  reply.code(status).headers(headers).header('cache-control', 'no-store').type('application/json');
  // A string, so that the schema of the 200 is not applied to it.
  return reply.send(JSON.stringify({ detail: message }));
}

/** What the check ended in; never rejects. */
async function attempt(
  detail: string,
  check: () => Promise<void>,
): Promise<Unavailable | undefined> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
  try {
    await Promise.race([check(), late]);
    return undefined;
  } catch (cause) {
    return new Unavailable(detail, { cause });
  } finally {
    clearTimeout(timer);
  }
}
