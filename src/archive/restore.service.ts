import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import { raiseLastIds } from '../db/id-sequences.ts';
import { withDeferredCounts } from '../posts/bulk-post-counts.ts';
import { liftTimeouts } from '../db/snapshot.ts';
import type { Transaction } from '../db/database.ts';
import { transact } from '../db/transact.ts';
import { StartError } from '../errors.ts';
import { MAIN, storeKey } from '../media/picture-variants.ts';
import { giveRestored, noteRestored } from '../pictures/restored.service.ts';
import { sweep } from '../pictures/sweeper.ts';
import type { Progress } from '../runtime/progress.ts';
import { type Entry, kindOf, parseRows } from './archive.ts';
import { countContent, insertRows } from './rows.store.ts';
import { readEntries, type Sound } from './unpack.ts';

/** Files written at once. */
const CONCURRENCY = 8;

export type RestoreDeps = Pick<Context, 'db' | 'media' | 'clock' | 'log'>;

/**
 * Puts a verified archive into an empty place, which nobody else may use meanwhile: first the pictures,
 * noted down as uploads on their way, then all rows in one transaction. A restore that was killed has left
 * an empty blog and such pictures, which the next one clears away. Throws StartError when anybody or
 * anything is there already, and when the archive is not any more what was verified.
 */
export async function restore(
  deps: RestoreDeps,
  file: string,
  { sha256 }: Pick<Sound, 'sha256'>,
  progress: Progress,
): Promise<void> {
  await deps.media.check();
  await makeEmpty(deps);
  await restoreMedia(deps, file, progress);
  await transact(deps.db, async (trx) => {
    await liftTimeouts(trx);
    const restored = await withDeferredCounts(trx, () => restoreRows(trx, file, progress));
    if (restored !== sha256) throw new StartError(`${file} has changed; restore it again`);
    await giveRestored(trx);
  });
  progress.end();
}

/** Returns the SHA-256 of the archive as it was read. */
async function restoreRows(trx: Transaction, file: string, progress: Progress): Promise<string> {
  const raw = createHash('sha256');
  for await (const { name, bytes } of readEntries(file, (chunk) => raw.update(chunk))) {
    const kind = kindOf(name);
    if (kind === 'header') await raiseLastIds(trx, JSON.parse(bytes.toString()).lastIds);
    if (typeof kind !== 'object' || !('table' in kind)) continue;
    await insertRows(trx, kind.table, parseRows(kind.table, bytes));
    progress.add();
  }
  return raw.digest('hex');
}

async function makeEmpty(deps: RestoreDeps): Promise<void> {
  const refuse = (what: string) => {
    throw new StartError(
      `This blog is not empty (${what}); restore into an empty place. Nothing was changed`,
    );
  };
  const { users, posts } = await countContent(deps.db);
  if (users + posts > 0) refuse(`it has ${users} people and ${posts} posts`);
  await sweep(deps, { includePending: true });
  const { pictures } = await countContent(deps.db);
  if (pictures > 0) refuse('pictures are left that could not be deleted');
  for await (const { key } of deps.media.list()) refuse(`its media hold ${key}`);
}

async function restoreMedia(deps: RestoreDeps, file: string, progress: Progress): Promise<void> {
  const main = `media/${MAIN.folder}/`;
  async function* noted(): AsyncGenerator<Entry & { media: string }> {
    for await (const entry of readEntries(file, () => {})) {
      const kind = kindOf(entry.name);
      if (typeof kind !== 'object' || !('media' in kind)) continue;
      // The first file of a picture stands for the others, which follow it.
      if (entry.name.startsWith(main)) {
        const key = entry.name.slice(main.length).split('.')[0] ?? '';
        if (storeKey(key, MAIN) !== kind.media) throw new Error(`${entry.name} is no picture's`);
        await noteRestored(deps, key);
      }
      yield { ...entry, media: kind.media };
    }
  }
  await Readable.from(noted()).forEach(
    async ({ media, bytes }: Entry & { media: string }) => {
      await deps.media.write(media, bytes);
      progress.add();
    },
    { concurrency: CONCURRENCY },
  );
}
