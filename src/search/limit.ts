import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { networkOf } from '../rate-limits/rate-limits.ts';

/** Counts a search of a person, or of an anonymous reader's network. Throws TooManyRequests. */
export async function limitSearches(ctx: Context, { viewer, ip }: FastifyRequest): Promise<void> {
  await ctx.limits.searches.take(viewer ? `user ${viewer.id}` : networkOf(ip));
}
