import { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import { liftTimeouts } from '../db/snapshot.ts';
import { transact } from '../db/transact.ts';
import { StartError } from '../errors.ts';
import { kindOfFile, pictureKeyOf } from '../media/picture-variants.ts';
import { giveRestored, noteRestored } from '../pictures/restored.service.ts';
import { sweep } from '../pictures/sweeper.ts';
import { withDeferredCounts } from '../posts/bulk-post-counts.ts';
import type { Progress } from '../runtime/progress.ts';
import { kindOf } from './entry.ts';
import { type BlogRows, fill } from './fill.ts';
import { type Layout, layoutAt } from './layout.ts';
import { countRows } from './rows.store.ts';
import { refusedRows, withNewestRows } from './stage.ts';
import { readVerified, type VerifiedArchive } from './unpack.ts';
import { assertValues } from './values.ts';

/** Files written at once. */
const CONCURRENCY = 8;

type RestoreDeps = Pick<Context, 'db' | 'media' | 'clock' | 'log'>;

/**
 * Restores a verified archive into an empty place, which nobody else may use meanwhile: first the
 * pictures, recorded as pending uploads, then all rows in one transaction. A restore that was
 * killed leaves an empty blog and such pictures, which the next one removes. Throws StartError if
 * the place is not empty, if the database refuses the rows, or if the archive has changed since it
 * was verified.
 */
export async function restore(
  deps: RestoreDeps,
  archive: VerifiedArchive,
  progress: Progress,
): Promise<void> {
  await deps.media.check();
  await makeEmpty(deps, await layoutAt());
  await withNewestRows(archive, async (rows) => {
    await restoreMedia(deps, archive, progress);
    await restoreRows(deps, rows, progress).catch((error: unknown) => {
      throw refusedRows(archive, error);
    });
  });
  progress.end();
}

function restoreRows({ db }: RestoreDeps, rows: BlogRows, progress: Progress): Promise<void> {
  return transact(db, async (trx) => {
    await liftTimeouts(trx);
    await withDeferredCounts(trx, () =>
      fill(trx, rows, { check: assertValues, onEntry: () => progress.add() }),
    );
    await giveRestored(trx);
  });
}

async function makeEmpty(deps: RestoreDeps, { tables }: Layout): Promise<void> {
  const refuse = (what: string) => {
    throw new StartError(
      `This blog is not empty (${what}); restore into an empty place. Nothing was changed`,
    );
  };
  const found: string[] = [];
  for (const { name, initialRows } of tables.values()) {
    const rows = await countRows(deps.db, name);
    if (rows > initialRows) found.push(`${rows} ${name}`);
  }
  if (found.length > 0) refuse(`it has ${found.join(', ')}`);
  await sweep(deps, { includePending: true });
  if ((await countRows(deps.db, 'pictures')) > 0) {
    refuse('old pictures could not be deleted');
  }
  for await (const { key } of deps.media.list()) refuse(`its media store has ${key}`);
}

async function restoreMedia(
  deps: RestoreDeps,
  archive: VerifiedArchive,
  progress: Progress,
): Promise<void> {
  async function* noted(): AsyncGenerator<{ key: string; bytes: Buffer }> {
    let picture = '';
    for await (const { name, bytes } of readVerified(archive)) {
      const kind = kindOf(name);
      if (typeof kind !== 'object' || !('media' in kind)) continue;
      const key = kind.media;
      if (pictureKeyOf(key) !== picture) {
        picture = pictureKeyOf(key);
        await noteRestored(deps, { key: picture, kind: kindOfFile(key) ?? 'face' });
      }
      yield { key, bytes };
    }
  }
  await Readable.from(noted()).forEach(
    async ({ key, bytes }: { key: string; bytes: Buffer }) => {
      await deps.media.write(key, bytes);
      progress.add();
    },
    { concurrency: CONCURRENCY },
  );
}
