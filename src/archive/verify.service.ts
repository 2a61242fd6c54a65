import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { type Context, openContext } from '../context.ts';
import type { Database } from '../db/database.ts';
import { StartError } from '../errors.ts';
import type { Progress } from '../runtime/progress.ts';
import { countSteps, dump } from './dump.ts';
import { isNewest } from './layout.ts';
import { packArchive } from './pack.ts';
import { restore } from './restore.service.ts';
import { withStaged } from './stage.ts';
import { type VerifiedArchive, verifyArchive } from './unpack.ts';

type ShowProgress = (what: string, total: number) => Progress;

/**
 * Restores an archive into a temporary place and makes an archive of that, which must be equal byte
 * for byte. An archive of an earlier migration is compared before its rows are migrated. Throws
 * StartError if they differ.
 */
export async function rehearse(file: string, progress: ShowProgress): Promise<void> {
  const archive = await verifyArchive(file, () => {});
  const folder = await mkdtemp(join(tmpdir(), 'masthead-verify-'));
  try {
    const env = { DATA_DIR: folder, LOG_LEVEL: 'silent', IMAGE_WORKERS: '1' };
    const config = readConfig(env, folder);
    await using ctx = await openContext(config, { lock: 'exclusive' });
    await restore(ctx, archive, progress('Restoring', archive.entries));
    const compareWith = (db: Database) => compare(archive, { db, media: ctx.media }, progress);
    await (isNewest(archive.layout) ? compareWith(ctx.db) : withStaged(archive, compareWith));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  { file, header, layout, sha256 }: VerifiedArchive,
  { db, media }: Pick<Context, 'media'> & { db: Database },
  showProgress: ShowProgress,
): Promise<void> {
  const source = { rows: db, now: db, media, layout };
  const progress = showProgress('Comparing', await countSteps(source));
  const hash = createHash('sha256');
  const entries = dump(source, { created: header.created, leftOut: [], progress });
  for await (const chunk of packArchive(entries)) hash.update(chunk);
  progress.end();
  if (hash.digest('hex') !== sha256) {
    throw new StartError(`The blog restored from ${file} differs from the archive`);
  }
}
