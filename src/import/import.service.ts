import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { raiseLastIds } from '../db/id-sequences.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { InvalidImage, StartError, TooCostly } from '../errors.ts';
import { renderPicture, uploadPicture } from '../pictures/pictures.service.ts';
import type { Progress } from '../runtime/progress.ts';
import { createImportRules, type ValidPost, type ValidUser, type Skipped } from './import-rules.ts';
import * as store from './imports.store.ts';
import { openPicture } from './picture-file.ts';
import * as original from './source.store.ts';

/** Posts inserted at once; sixteen of the longest are 128 MiB. */
const POSTS_AT_ONCE = 16;

export interface ImportOptions {
  /** Folder of the original's pictures. */
  media: string;
  /** Largest picture, in bytes. */
  maxPicture: number;
  /** Pictures decoded at once. */
  concurrency: number;
  progress: (total: number) => Progress;
}

/** Where the imported data goes. */
interface Target {
  begin: (summary: original.SourceSummary) => Promise<void>;
  /** Returns the reason if the user could not be imported. */
  user: (valid: ValidUser) => Promise<string | undefined>;
  picture: (
    id: number,
    file: Exclude<Awaited<ReturnType<typeof openPicture>>, string>,
  ) => Promise<void>;
  posts: (posts: ValidPost[]) => Promise<void>;
  end: (summary: original.SourceSummary) => Promise<void>;
}

/** What an import has done, or would do. */
export interface Outcome {
  users: number;
  posts: number;
  pictures: number;
  skipped: Skipped[];
  /** Tables and columns that the original did not have, and that Masthead does not import. */
  unknown: string[];
}

/**
 * Imports people, posts and pictures of the FastAPI blog, with their ids. What an interrupted
 * import of the same blog has left is kept. Throws StartError if there is anything else.
 */
export function importBlog(
  ctx: Context,
  source: Kysely<unknown>,
  options: ImportOptions,
): Promise<Outcome> {
  return runImport(source, options, {
    begin: (summary) => begin(ctx, summary),
    async user({ user }) {
      if (await store.findImported(ctx.db, user.id)) return undefined;
      try {
        await store.insertImported(ctx.db, { ...user, created_at: micros(ctx.clock) });
        return undefined;
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return 'somebody who registered here in the meantime has the same name or e-mail address';
      }
    },
    async picture(id, file) {
      if ((await store.findImported(ctx.db, id))?.picture_key != null) return;
      await uploadPicture(ctx, id, { upload: file });
    },
    posts: (posts) => store.insertPosts(ctx.db, posts),
    end: ({ fingerprint }) => store.finishImport(ctx.db, fingerprint, micros(ctx.clock)),
  });
}

/** A dry run: reports what an import into a blog in the state `found` would do, without writing. */
export function tryImport(
  images: Context['images'],
  source: Kysely<unknown>,
  found: store.Found,
  options: ImportOptions,
): Promise<Outcome> {
  return runImport(source, options, {
    begin: async ({ fingerprint }) => void canResume(found, fingerprint),
    user: async () => undefined,
    picture: async (_, file) => void (await renderPicture(images, { upload: file })),
    posts: async () => {},
    end: async () => {},
  });
}

async function begin(ctx: Context, summary: original.SourceSummary): Promise<void> {
  const { fingerprint, lastUser, lastPost } = summary;
  await transact(ctx.db, async (trx) => {
    if (canResume(await store.findWhatIsThere(trx), fingerprint)) return;
    await store.beginImport(trx, fingerprint);
    // Somebody who registers before the import is complete must not get an id that it still needs.
    await raiseLastIds(trx, { users: lastUser, posts: lastPost });
  });
}

/** Whether an import of the same source was interrupted here. Throws StartError if no import may start. */
function canResume({ before, empty }: store.Found, fingerprint: string): boolean {
  if (before?.source === fingerprint && before.finished_at === null) return true;
  if (!before && empty) return false;
  throw new StartError(
    before?.finished_at === null
      ? 'Another blog is being imported here, or the source has changed since. Nothing was changed'
      : 'This blog is not empty; import into an empty place. Nothing was changed',
  );
}

async function runImport(
  source: Kysely<unknown>,
  options: ImportOptions,
  target: Target,
): Promise<Outcome> {
  await original.refuseOtherTables(source);
  const summary = await original.summarise(source);
  await target.begin(summary);
  const progress = options.progress(summary.users + summary.posts);
  const unknown = await original.findUnknown(source);
  const outcome: Outcome = { users: 0, posts: 0, pictures: 0, skipped: [], unknown };
  const rules = createImportRules((skipped) => void outcome.skipped.push(skipped));

  async function* people() {
    for await (const given of original.readUsers(source)) {
      const valid = rules.user(given);
      if (valid) yield valid;
      else progress.add();
    }
  }
  await Readable.from(people()).forEach(
    async (valid: ValidUser) => {
      await takeUser(valid, options, target, outcome);
      progress.add();
    },
    { concurrency: options.concurrency },
  );

  let some: ValidPost[] = [];
  for await (const given of original.readPosts(source)) {
    const post = rules.post(given);
    progress.add();
    if (!post) continue;
    outcome.posts++;
    if (some.push(post) < POSTS_AT_ONCE) continue;
    await target.posts(some);
    some = [];
  }
  await target.posts(some);
  await target.end(summary);
  progress.end();
  return outcome;
}

async function takeUser(
  valid: ValidUser,
  { media, maxPicture }: ImportOptions,
  target: Target,
  outcome: Outcome,
): Promise<void> {
  const { id, username } = valid.user;
  const what = `user ${id} (${JSON.stringify(username)})`;
  const against = await target.user(valid);
  if (against !== undefined) {
    outcome.skipped.push({ what, why: `not taken: ${against}` });
    return;
  }
  outcome.users++;
  const { imageFile } = valid;
  if (imageFile === null || imageFile === '') return;
  const file = await openPicture(media, imageFile, maxPicture);
  const why = typeof file === 'string' ? file : await takePicture(() => target.picture(id, file));
  if (why === undefined) outcome.pictures++;
  else
    outcome.skipped.push({
      what,
      why: `taken without the picture ${JSON.stringify(imageFile)}: ${why}`,
    });
}

async function takePicture(take: () => Promise<void>): Promise<string | undefined> {
  try {
    await take();
    return undefined;
  } catch (error) {
    if (error instanceof TooCostly) return `it is too large to process here: ${error.why}`;
    if (error instanceof InvalidImage) return 'it is broken, or not a JPEG, PNG, GIF or WebP';
    throw error;
  }
}
