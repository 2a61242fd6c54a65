import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { Unavailable } from '../errors.ts';

/** How long one check is good for, so that probes cannot wear the disk out; milliseconds. */
const FRESH_MS = 5_000;

interface Checks {
  clock: () => number;
  /** Throws when the database takes no writes. */
  database: () => Promise<void>;
  /** Throws when the media store takes no writes. */
  media: () => Promise<void>;
}

const Health = Type.Object({ status: Type.Literal('healthy') }, { $id: 'Health' });

/** `/health`: writes to both stores, at most every five seconds, and says which one fails. */
export function registerHealth(app: FastifyInstance, { clock, database, media }: Checks): void {
  let last: { at: number; outcome: Promise<void> } | undefined;
  const check = async () => {
    await database().catch((cause: unknown) => {
      throw new Unavailable('Database unavailable', { cause });
    });
    await media().catch((cause: unknown) => {
      throw new Unavailable('Media unavailable', { cause });
    });
  };
  app.get(
    '/health',
    { schema: { summary: 'Health Check', tags: ['health'], response: { 200: Health } } },
    async () => {
      if (last === undefined || clock() - last.at >= FRESH_MS) {
        last = { at: clock(), outcome: check() };
      }
      await last.outcome;
      return { status: 'healthy' as const };
    },
  );
}
