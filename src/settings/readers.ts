import type { OpenDatabase } from '../db/database.ts';
import { StartError } from '../errors.ts';
import { getSetting, MEDIA_IN_PUBLIC } from './settings.ts';

interface Remembered {
  /** the version of the content when the setting was read */
  content: number;
  membersOnly: boolean;
}

/** By database, so that a request costs no query while nothing has changed. */
const remembered = new WeakMap<OpenDatabase, Remembered>();

/**
 * Whether the blog is for members only; another node's change is seen within 100 ms. While the
 * database does not answer, what was read before holds.
 */
export async function isMembersOnly({ db }: { db: OpenDatabase }): Promise<boolean> {
  const content = await contentVersion(db);
  const known = remembered.get(db);
  if (known && (content === undefined || known.content === content)) return known.membersOnly;
  const membersOnly = (await getSetting({ db }, 'readers')) === 'members';
  if (content !== undefined) remembered.set(db, { content, membersOnly });
  return membersOnly;
}

/** Undefined if the database does not answer. */
async function contentVersion(db: OpenDatabase): Promise<number | undefined> {
  try {
    return (await db.dataVersion.recent())?.content;
  } catch {
    return undefined;
  }
}

/** Throws StartError for a blog for members whose pictures are served to everybody. */
export async function assertReadersFit(ctx: {
  db: OpenDatabase;
  config: { MEDIA_BASE_URL?: string | undefined };
}): Promise<void> {
  if (ctx.config.MEDIA_BASE_URL === undefined || !(await isMembersOnly(ctx))) return;
  throw new StartError(
    `${MEDIA_IN_PUBLIC} Remove MEDIA_BASE_URL, or run: masthead setting readers everyone`,
  );
}
