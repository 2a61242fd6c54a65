import type { Context } from '../context.ts';
import { withSnapshot } from '../db/snapshot.ts';
import type { Progress } from '../runtime/progress.ts';
import { countSteps, dump, type LeftOut } from './dump.ts';
import { layoutAt } from './layout.ts';
import { packArchive } from './pack.ts';

type BackupDeps = Pick<Context, 'db' | 'media'> & {
  config: Pick<Context['config'], 'database'>;
};

/**
 * Calls `use` with the archive's bytes: rows of one moment, while people continue to write.
 * Pictures come first: if one is replaced meanwhile, its files are gone, so its owner is saved with
 * the new picture, or without one. `created` (ISO 8601) goes into the header. Returns what had to
 * be left out.
 */
export async function backup(
  { db, media, config }: BackupDeps,
  options: { created: string; progress: (total: number) => Progress },
  use: (bytes: AsyncIterable<Buffer>) => Promise<void>,
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  const layout = await layoutAt();
  await withSnapshot(db, config.database, async (rows) => {
    const source = { rows, now: db, media, layout };
    const progress = options.progress(await countSteps(source));
    await use(packArchive(dump(source, { created: options.created, leftOut, progress })));
    progress.end();
  });
  return leftOut;
}
