import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { openContext } from '../context.ts';
import { StartError } from '../errors.ts';
import type { Progress } from '../runtime/progress.ts';
import { backup } from './backup.service.ts';
import { restore } from './restore.service.ts';
import { verifyArchive } from './unpack.ts';

/**
 * Restores an archive into a temporary place and makes a backup of that, which must be the archive byte for
 * byte. Throws StartError when it is not.
 */
export async function rehearse(
  file: string,
  progress: (what: string, total: number) => Progress,
): Promise<void> {
  const sound = await verifyArchive(file, () => {});
  const folder = await mkdtemp(join(tmpdir(), 'masthead-verify-'));
  try {
    const env = { DATA_DIR: folder, LOG_LEVEL: 'silent', IMAGE_WORKERS: '1' };
    const ctx = await openContext(readConfig(env, folder), { lock: 'exclusive', warmUp: false });
    try {
      await restore(ctx, file, sound, progress('Restoring', sound.entries));
      const hash = createHash('sha256');
      const { created } = sound.header;
      const again = { created, progress: (total: number) => progress('Comparing', total) };
      await backup(ctx, again, async (bytes) => {
        for await (const chunk of bytes) hash.update(chunk);
      });
      if (hash.digest('hex') !== sound.sha256) {
        throw new StartError(`What was restored from ${file} differs from what is in it`);
      }
    } finally {
      await ctx.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
