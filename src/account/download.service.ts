import { Readable, type PassThrough } from 'node:stream';
import type { ZipFile } from 'yazl';
import { sessionsBeside } from '../auth/sessions.service.ts';
import type { Context } from '../context.ts';
import { isoMicros } from '../db/time.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import { Unavailable } from '../errors.ts';
import { MAIN, storeKey } from '../media/picture-variants.ts';
import { listTitlesOf, takeOwnPost } from '../posts/posts.service.ts';
import { deviceOf } from './device.ts';
import { postFile, postFileName, type OwnPost } from './post-file.ts';

/**
 * Everything the blog stores about its owner, as a zip that is made while it is read:
 * `account.json`, `posts.json`, a Markdown file for each post, the picture. It holds no passwords,
 * tokens or session ids. Only one post, which may have megabytes, is in memory at a time. Ends in
 * an error if the database fails on the way, so that a part is not a valid zip. Throws Unavailable
 * before the first byte, also if the store lacks the picture.
 */
export async function packAccount(
  ctx: Context,
  user: UserRow,
  session: SessionRow,
): Promise<PassThrough> {
  const sessions = await sessionsBeside(ctx, session);
  const titles = await listTitlesOf(ctx, user.id);
  const picture = await readPicture(ctx, user);
  // Loaded with the first download, so that it does not slow the start.
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
  // It is a PassThrough by yazl's documentation, but not by its types.
  const out = zip.outputStream as PassThrough;
  zip.on('error', (error: Error) => out.destroy(error));
  return out;
}

async function readPicture({ media }: Context, { picture_key: key }: UserRow) {
  if (key === null) return null;
  try {
    const bytes = await media.read(storeKey(key, MAIN));
    if (bytes === null) throw new Error(`${key} is not stored`);
    return bytes;
  } catch (cause) {
    throw new Unavailable('Media unavailable', { cause });
  }
}

/** A file whose text is made when its turn comes. */
function addText(zip: ZipFile, name: string, text: () => AsyncIterable<string>): void {
  zip.addReadStreamLazy(name, (give) => {
    // yazl ignores a stream that fails, and an unhandled error ends the process.
    const stream = Readable.from(text()).on('error', (error) => zip.emit('error', error));
    give(null, stream);
  });
}

/** The posts that still exist. */
async function* postsOf(ctx: Context, userId: number, ids: number[]): AsyncIterable<OwnPost> {
  for (const id of ids) {
    const post = await takeOwnPost(ctx, { id, userId });
    if (post) yield { id, title: post.title, content: post.content, posted: post.date_posted };
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
