import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { backup as makeBackup } from '../../archive/backup.service.ts';
import type { LeftOut } from '../../archive/dump.ts';
import { restore as restoreArchive } from '../../archive/restore.service.ts';
import { verifyArchive } from '../../archive/unpack.ts';
import { rehearse } from '../../archive/verify.service.ts';
import type { Context } from '../../context.ts';
import { StartError } from '../../errors.ts';
import { refuseUnusableBucket } from '../../media/open.ts';
import { keepThreadPoolAwake } from '../../runtime/glibc-wakeups.ts';
import { showProgress } from '../../runtime/progress.ts';
import { syncFolder } from '../../runtime/fsync-dir.ts';
import { type Command, openForCommand, say, withContext } from './command.ts';

/** `-` is standard output. With --verify an existing archive is tested and nothing is written. */
export const backup: Command = {
  needs: ['file'],
  options: { verify: { type: 'boolean' } },
  run: async (config, given) => {
    keepThreadPoolAwake();
    const [file = ''] = given.args;
    if (given.options['verify'] === true) {
      await rehearse(file, showProgress);
      return say(`${file} is complete, and restores to exactly what it holds`);
    }
    if (file !== '-' && existsSync(file)) {
      throw new StartError(`${file} already exists; nothing was changed`);
    }
    return withContext(async (ctx) => {
      const leftOut = file === '-' ? await toStandardOutput(ctx) : await toFile(ctx, file);
      for (const { table, row, key } of leftOut) {
        console.error(
          `masthead: Files of ${key} are missing, so the archive has no picture for row ${row} of ${table}; \`media check --repair\` repairs it`,
        );
      }
      return leftOut.length === 0;
    })(config, given);
  },
};

/** Nothing is written before the whole archive was read and verified, and the bucket, if any, answers. */
export const restore: Command = {
  needs: ['file'],
  run: async (config, { args: [file = ''] }) => {
    keepThreadPoolAwake();
    const archive = await verifyArchive(file, () => {});
    await refuseUnusableBucket(config);
    await using ctx = await openForCommand(config, 'exclusive');
    await restoreArchive(ctx, archive, showProgress('Restoring', archive.entries));
    return say(`Restored what was saved at ${archive.header.created}; people have to log in again`);
  },
};

const options = (ctx: Context) => ({
  created: new Date(ctx.clock()).toISOString(),
  progress: (total: number) => showProgress('Saving', total),
});

function toStandardOutput(ctx: Context): Promise<LeftOut[]> {
  return makeBackup(ctx, options(ctx), (bytes) => pipeline(bytes, process.stdout, { end: false }));
}

/**
 * The file gets its name when it is complete and on the disk. It has password hashes, so only its
 * owner can read it.
 */
async function toFile(ctx: Context, file: string): Promise<LeftOut[]> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    const leftOut = await makeBackup(ctx, options(ctx), async (bytes) => {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    // Unlike a rename, a link replaces nothing.
    await link(temporary, file);
    await unlink(temporary);
    await syncFolder(dirname(file));
    say(`Saved in ${file}`);
    return leftOut;
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw isSystemError(error)
      ? new StartError(`${file} cannot be written: ${error.message}`, { cause: error })
      : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
