import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { MEDIA } from '../../media/picture-variants.ts';
import { feedOfLink } from './picture-links.ts';
import { findReader } from './private-feeds.service.ts';

/**
 * The owner of the private feed whose link this request uses: `/media/<file>?f=<id>.<signature>`.
 * Undefined without such a link, if the feed has ended, or if its owner may no longer read here.
 */
export async function findLinkReader(
  ctx: Context,
  { url, query }: FastifyRequest,
): Promise<UserRow | undefined> {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith(`${MEDIA}/`)) return undefined;
  const { f: given } = query as { f?: unknown };
  const file = path.slice(MEDIA.length + 1);
  const feedId = feedOfLink(ctx.config.secretKey, { given, file });
  return feedId === undefined ? undefined : findReader(ctx, feedId);
}
