import { Readable, type PassThrough } from 'node:stream';
import type { ZipFile } from 'yazl';
import { sessionsBeside } from '../auth/sessions.service.ts';
import type { Context } from '../context.ts';
import { isoMicros } from '../db/portable.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import { Unavailable } from '../errors.ts';
import { MAIN, storeKey } from '../pictures/picture.ts';
import { listTitlesOf, takeOwnPosts } from '../posts/posts.service.ts';
import { deviceOf } from './device.ts';
import { postFile, postFileName, type OwnPost } from './post-file.ts';

/** Posts that are in memory at once; a post may have megabytes. */
const AT_ONCE = 20;

/**
 * All that the blog knows of its owner, as a zip that is made while it is read: `account.json`,
 * `posts.json`, a Markdown file for each post, the picture. Passwords, tokens and the ids of sessions
 * are not in it. Ends in an error when a store fails on the way. Throws Unavailable before.
 */
export async function packAccount(
  ctx: Context,
  user: UserRow,
  session: SessionRow,
): Promise<PassThrough> {
  const sessions = await sessionsBeside(ctx, session);
  const titles = await listTitlesOf(ctx, user.id);
  const picture = await readPicture(ctx, user);
  // Loaded by the first who asks, out of the way of all others' start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const account = {
    username: user.username,
    email: user.email,
    registered: isoMicros(user.created_at),
    picture: picture && 'picture.jpg',
    signed_in: sessions.map(({ userAgent, createdAt, lastSeenAt }) => ({
      browser: deviceOf(userAgent),
      user_agent: userAgent,
      since: isoMicros(createdAt),
      last_used: isoMicros(lastSeenAt),
    })),
  };
  zip.addBuffer(Buffer.from(`${JSON.stringify(account, null, 2)}\n`), 'account.json');
  if (picture) zip.addBuffer(picture, 'picture.jpg', { compress: false });
  const ids = titles.map(({ id }) => id);
  addText(zip, 'posts.json', () => postsAsJson(postsOf(ctx, user.id, ids)));
  for (const title of titles) {
    addText(zip, postFileName(title), async function* () {
      const link = `${ctx.config.FRONTEND_URL}/posts/${title.id}`;
      for await (const post of postsOf(ctx, user.id, [title.id])) yield postFile(post, link);
    });
  }
  zip.end();
  // A PassThrough, by yazl's documentation, though not by its types.
  const out = zip.outputStream as PassThrough;
  zip.on('error', (error: Error) => out.destroy(error));
  return out;
}

async function readPicture({ media }: Context, { picture_key: key }: UserRow) {
  if (key === null) return null;
  return media.read(storeKey(key, MAIN)).catch((cause: unknown) => {
    throw new Unavailable('Media unavailable', { cause });
  });
}

/** A file whose text is made when its turn has come. */
function addText(zip: ZipFile, name: string, text: () => AsyncIterable<string>): void {
  zip.addReadStreamLazy(name, (give) => give(null, Readable.from(text())));
}

/** Those that are still there, in the order of their ids. */
async function* postsOf(ctx: Context, userId: number, ids: number[]): AsyncIterable<OwnPost> {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const posts = await takeOwnPosts(ctx, userId, ids.slice(at, at + AT_ONCE));
    for (const { id, title, content, date_posted: posted } of posts) {
      yield { id, title, content, posted };
    }
  }
}

async function* postsAsJson(posts: AsyncIterable<OwnPost>): AsyncIterable<string> {
  let before = '[\n';
  for await (const { id, title, content, posted } of posts) {
    yield before + JSON.stringify({ id, title, content, date_posted: isoMicros(posted) });
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
