import { existsSync, statSync, writeFileSync } from 'node:fs';
import pino from 'pino';
import type { Config } from '../../config.ts';
import { databaseLocation } from '../../config/values.ts';
import { VARIABLES, withoutMarkdown } from '../../config/variables.ts';
import { assertOwnDatabase } from '../../db/sqlite/preflight.ts';
import { refuseForeignSchema } from '../../db/postgres/preflight.ts';
import { withSource } from '../../import/source-database.ts';
import { StartError, UsageError } from '../../errors.ts';
import { createImagePool } from '../../images/pool/pool.ts';
import {
  importBlog,
  type ImportOptions,
  type Outcome,
  tryImport,
} from '../../import/import.service.ts';
import { findWhatIsThere, type Found } from '../../import/imports.store.ts';
import { refuseUnusableBucket } from '../../media/open.ts';
import { keepThreadPoolAwake } from '../../runtime/glibc-wakeups.ts';
import { showProgress } from '../../runtime/progress.ts';
import { type Command, openForCommand, say } from './command.ts';

/** Imports a FastAPI blog; false if something was left out that Masthead has a place for. */
export const importCommand: Command = {
  options: {
    database: { type: 'string' },
    media: { type: 'string' },
    report: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  required: ['database', 'media'],
  run: async (config, { options: given }) => {
    keepThreadPoolAwake();
    const media = String(given['media']);
    if (!statSync(media, { throwIfNoEntry: false })?.isDirectory()) {
      throw new StartError(`${media} is not a folder; nothing was changed`);
    }
    const options: ImportOptions = {
      media,
      maxPicture: config.MAX_UPLOAD_SIZE_BYTES,
      concurrency: config.IMAGE_WORKERS + 1,
      progress: (total) => showProgress('Importing', total),
    };
    await refuseUnusableBucket(config);
    const dry = given['dry-run'] === true;
    const database = String(given['database']);
    const location = databaseLocation(database) ?? fileOf(database);
    const outcome = await withSource(location, (source) =>
      dry ? dryRun(config, source, options) : realRun(config, source, options),
    );
    const report = describe(outcome, dry);
    for (const line of report) say(line);
    if (given['report'] !== undefined)
      writeFileSync(String(given['report']), `${report.join('\n')}\n`);
    return outcome.skipped.length === 0;
  },
};

/** Throws UsageError for a URL that is not understood, without repeating it: it may hold a password. */
function fileOf(given: string): { file: string } {
  if (!/^[\w+.-]+:\/\//.test(given)) return { file: given };
  throw new UsageError(
    `import: --database is not understood; it accepts a file, or ${withoutMarkdown(VARIABLES.DATABASE_URL.accepts)}`,
  );
}

async function realRun(
  config: Config,
  source: Parameters<typeof importBlog>[1],
  options: ImportOptions,
) {
  await using ctx = await openForCommand(config, 'exclusive');
  return await importBlog(ctx, source, options);
}

/** Without a context, which would create missing data. */
async function dryRun(
  config: Config,
  source: Parameters<typeof importBlog>[1],
  options: ImportOptions,
) {
  const found = await lookWithoutOpening(config);
  const images = createImagePool({
    workers: config.IMAGE_WORKERS,
    queueLength: options.concurrency,
    deadlineMs: 10_000,
    log: pino({ level: 'warn' }, pino.destination(2)),
  });
  try {
    return await tryImport(images, source, found, options);
  } finally {
    images.close();
  }
}

/** Looks at the database without creating or migrating it. Throws StartError if it could not be opened. */
async function lookWithoutOpening({ database }: Config): Promise<Found> {
  if (database.kind === 'postgresql') {
    return withSource({ url: database.url }, async (found) => {
      await refuseForeignSchema(found);
      return findWhatIsThere(found);
    });
  }
  await assertOwnDatabase(database.file);
  if (!existsSync(database.file)) return { before: undefined, empty: true };
  return withSource({ file: database.file }, findWhatIsThere);
}

function describe({ users, posts, pictures, skipped, unknown }: Outcome, dry: boolean): string[] {
  const done = dry ? 'Would import' : 'Imported';
  const sum = `${done} ${users} people, ${posts} posts and ${pictures} pictures`;
  const lines = [
    ...unknown.map((what) => `${what}: left out, because the original blog does not have it`),
    ...skipped.map(({ what, why }) => `${what}: ${why}`),
  ];
  return [
    ...lines,
    lines.length === 0 ? `${sum}; nothing was left out` : `${sum}; ${lines.length} remarks above`,
  ];
}
