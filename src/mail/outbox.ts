import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the mail as an `.eml` file that only its owner can read, because it may hold a reset link,
 * and creates the folder. Returns the path; names sort by time. A file of that name is always
 * complete.
 */
export async function writeToOutbox(folder: string, mail: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${sortableTime()}-${randomBytes(4).toString('hex')}`;
  const file = join(folder, `${name}.eml`);
  const unfinished = join(folder, `.${name}.part`);
  try {
    await writeFile(unfinished, mail, { mode: 0o600, flag: 'wx', flush: true });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return file;
}

/** `20260307T090500123Z`: no colons, which some file systems refuse. */
function sortableTime(): string {
  return new Date().toISOString().replaceAll(/[-:.]/g, '');
}
