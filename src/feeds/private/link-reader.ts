import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { MEDIA } from '../../media/picture-variants.ts';
import { feedOfLink } from './picture-links.ts';
import { findReader } from './private-feeds.service.ts';

/**
 * Who asks for a file by a link of their private feeds: `/media/<file>?f=<id>.<signature>`. Undefined
 * for any other request, once the address has ended, and for people who may not read here any more.
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
