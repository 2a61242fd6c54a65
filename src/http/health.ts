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

const Health = Type.Object({ status: Type.Literal('healthy') }, { $id: 'Health' });

/**
 * `/health`: writes to both stores, at most every five seconds, and says which one fails. What fails is
 * logged once a check, however many ask.
 */
export function registerHealth(app: FastifyInstance, { database, media }: Checks): void {
  // By a clock that nobody sets: one set back would keep an old answer alive.
  let last: { at: number; outcome: Promise<Unavailable | undefined> } | undefined;

  async function check(): Promise<Unavailable | undefined> {
    const outcomes = await Promise.all([
      attempt('Database unavailable', database),
      attempt('Media unavailable', media),
    ]);
    const problem = outcomes.find((outcome) => outcome !== undefined);
    if (problem) app.log.warn({ reason: String(problem.cause) }, problem.message);
    return problem;
  }

  app.get(
    '/health',
    { schema: { summary: 'Health Check', tags: ['health'], response: { 200: Health } } },
    async (_request, reply) => {
      const now = performance.now();
      if (last === undefined || now - last.at >= FRESH_MS) last = { at: now, outcome: check() };
      const problem = await last.outcome;
      if (problem) return refuse(reply, problem);
      return { status: 'healthy' as const };
    },
  );
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
