import type { Database } from '../db/database.ts';
import { StartError } from '../errors.ts';
import { MEDIA_IN_PUBLIC } from './definitions.ts';
import { getSetting } from './settings.ts';

/** Throws StartError for a blog for members whose pictures are served to everybody. */
export async function assertReadersFit(ctx: {
  db: Database;
  config: { MEDIA_BASE_URL?: string | undefined };
}): Promise<void> {
  if (ctx.config.MEDIA_BASE_URL === undefined) return;
  if ((await getSetting(ctx, 'readers')) === 'everyone') return;
  throw new StartError(
    `${MEDIA_IN_PUBLIC} Remove MEDIA_BASE_URL, or run: masthead setting readers everyone`,
  );
}
