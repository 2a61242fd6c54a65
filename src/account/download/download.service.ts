import { Readable, type PassThrough } from 'node:stream';
import type { ZipFile } from 'yazl';
import { sessionsBeside } from '../../auth/sessions.service.ts';
import type { Context } from '../../context.ts';
import { listCommentIdsOf, takeOwnComment } from '../../comments/comments.service.ts';
import { isoMicros } from '../../db/time.ts';
import type { PostPictureRow, SessionRow, UserRow } from '../../db/schema.ts';
import { Unavailable } from '../../errors.ts';
import { listOwnPictures } from '../../pictures/posts/post-pictures.service.ts';
import { MAIN, POST_JPEG, POST_WEBP, storeKey } from '../../media/picture-variants.ts';
import { listDraftTitlesOf, takeOwnDraft } from '../../drafts/reading.service.ts';
import { findMadeAt } from '../../feeds/private/private-feeds.service.ts';
import { listOwnNotices } from '../../notices/reading.service.ts';
import { listTitlesOf, takeOwnPost } from '../../posts/posts.service.ts';
import { getBio } from '../../profiles/profiles.service.ts';
import { listRevisionIdsOf, takeOwnRevision } from '../../posts/history/revisions.service.ts';
import { listReportsBy } from '../../reports/reports.service.ts';
import { tagsOf } from '../../drafts/draft.ts';
import { deviceOf } from '../device.ts';
import { textFile, textFileName, type OwnText } from './text-file.ts';

const [LARGEST = POST_JPEG] = POST_WEBP;

/**
 * Everything the blog stores about its owner, as a zip that is made while it is read:
 * `account.json`, `posts.json`, `drafts.json`, `revisions.json`, `comments.json`, `reports.json`, a
 * file for each post and draft, the pictures. It holds no passwords, tokens or session ids. Only
 * one post is in memory at a time, because a post may have megabytes. If the database fails
 * halfway, the stream ends with an error, so that what was sent is not a valid zip. Throws
 * Unavailable before the first byte, also if the store lacks the picture.
 */
export async function packAccount(
  ctx: Context,
  user: UserRow,
  session: SessionRow,
): Promise<PassThrough> {
  const sessions = await sessionsBeside(ctx, session);
  const titles = await listTitlesOf(ctx, user.id);
  const drafts = await listDraftTitlesOf(ctx, user.id);
  const revisions = await listRevisionIdsOf(ctx, user.id);
  const picture = await readPicture(ctx, user);
  const feedsSince = await findMadeAt(ctx, user);
  // Loaded with the first download, so that it does not slow the start.
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const account = {
    username: user.username,
    email: user.email,
    bio: await getBio(ctx, user.id),
    registered: isoMicros(user.created_at),
    role: user.role,
    state: user.state,
    picture: picture && 'picture.jpg',
    feeds_since: feedsSince === undefined ? null : isoMicros(feedsSince),
    signed_in: sessions.map(({ userAgent, createdAt, lastSeenAt }) => ({
      browser: deviceOf(userAgent),
      user_agent: userAgent,
      since: isoMicros(createdAt),
      last_used: isoMicros(lastSeenAt),
    })),
  };
  zip.addBuffer(Buffer.from(`${JSON.stringify(account, null, 2)}\n`), 'account.json');
  if (picture) zip.addBuffer(picture, 'picture.jpg', { compress: false });
  addTexts(zip, ctx, 'posts', titles, async (id) => {
    const post = await takeOwnPost(ctx, { id, userId: user.id });
    return post && { ...post, date: post.date_posted };
  });
  addTexts(zip, ctx, 'drafts', drafts, async (id) => {
    const draft = await takeOwnDraft(ctx, { id, userId: user.id });
    return draft && { ...draft, tags: tagsOf(draft), date: draft.updated_at };
  });
  if (revisions.length > 0) {
    addText(zip, 'revisions.json', () =>
      asJson(revisions, async (id) => {
        const revision = await takeOwnRevision(ctx, { id, userId: user.id });
        if (!revision) return undefined;
        const { post_id, draft_id, title, content, format, published, created_at } = revision;
        const text = { id, post_id, draft_id, title, content, format, tags: tagsOf(revision) };
        return { ...text, published: published === 1, created_at: isoMicros(created_at) };
      }),
    );
  }
  const reports = await listReportsBy(ctx, user.id);
  if (reports.length > 0) {
    zip.addBuffer(Buffer.from(`${JSON.stringify(reports, null, 2)}\n`), 'reports.json');
  }
  const comments = await listCommentIdsOf(ctx, user.id);
  if (comments.length > 0) {
    addText(zip, 'comments.json', () =>
      asJson(comments, async (id) => {
        const comment = await takeOwnComment(ctx, { id, userId: user.id });
        if (!comment) return undefined;
        const { post_id, parent_id, content, state, hidden_reason, edited_at } = comment;
        const created_at = isoMicros(comment.created_at);
        const edited = edited_at === null ? null : isoMicros(edited_at);
        const dates = { created_at, edited_at: edited };
        return { id, post_id, parent_id, content, state, hidden_reason, ...dates };
      }),
    );
  }
  const told = await listOwnNotices(ctx, user.id);
  if (told.length > 0) {
    const list = told.map(({ created_at, read_at, ...notice }) => ({
      ...notice,
      created_at: isoMicros(created_at),
      read: read_at !== null,
    }));
    zip.addBuffer(Buffer.from(`${JSON.stringify(list, null, 2)}\n`), 'notices.json');
  }
  addPictures(zip, ctx, await listOwnPictures(ctx, user.id));
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

/** The largest file of each picture for posts, by the number that texts name it by, and what is known about them. */
function addPictures(zip: ZipFile, { media }: Context, pictures: PostPictureRow[]): void {
  if (pictures.length === 0) return;
  const about = pictures.map(({ id, alt, caption, width, height, created_at }) => {
    const file = `pictures/${id}.webp`;
    return { id, file, alt, caption, width, height, added: isoMicros(created_at) };
  });
  zip.addBuffer(Buffer.from(`${JSON.stringify(about, null, 2)}\n`), 'pictures.json');
  for (const { id, key } of pictures) {
    const read = async function* () {
      // Null if it was deleted meanwhile.
      const bytes = await media.read(storeKey(key, LARGEST));
      if (bytes) yield bytes;
    };
    addFile(zip, `pictures/${id}.webp`, read, { compress: false });
  }
}

/** A file whose text is made when its turn comes. */
function addText(zip: ZipFile, name: string, text: () => AsyncIterable<string>): void {
  addFile(zip, name, text, {});
}

function addFile(
  zip: ZipFile,
  name: string,
  content: () => AsyncIterable<string | Buffer>,
  options: { compress?: boolean },
): void {
  zip.addReadStreamLazy(name, options, (give) => {
    // yazl ignores a stream that fails, and an unhandled error ends the process.
    const stream = Readable.from(content()).on('error', (error) => zip.emit('error', error));
    give(null, stream);
  });
}

/** One JSON file of all texts, and a file for each; those that are deleted meanwhile are left out. */
function addTexts(
  zip: ZipFile,
  ctx: Context,
  folder: 'posts' | 'drafts',
  titles: readonly Pick<OwnText, 'id' | 'title'>[],
  take: (id: number) => Promise<(OwnText & { date: number }) | undefined>,
): void {
  if (folder === 'drafts' && titles.length === 0) return;
  const dated = folder === 'posts' ? 'date_posted' : 'updated_at';
  const ids = titles.map(({ id }) => id);
  addText(zip, `${folder}.json`, () =>
    asJson(ids, async (id) => {
      const text = await take(id);
      if (!text) return undefined;
      const { title, content, format, tags, date } = text;
      return { id, title, content, format, tags, [dated]: isoMicros(date) };
    }),
  );
  for (const title of titles) {
    addText(zip, textFileName(folder, title), async function* () {
      const text = await take(title.id);
      const url = `${ctx.config.FRONTEND_URL}/${folder}/${title.id}`;
      if (text) yield textFile(text, { date: text.date, url });
    });
  }
}

/** A JSON array of what `take` gives for each id, one after the other. */
async function* asJson(
  ids: readonly number[],
  take: (id: number) => Promise<object | undefined>,
): AsyncIterable<string> {
  let before = '[\n';
  for (const id of ids) {
    const one = await take(id);
    if (!one) continue;
    yield before + JSON.stringify(one);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
