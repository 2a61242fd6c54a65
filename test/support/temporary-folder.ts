import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { after } from 'node:test';

/** A new empty folder outside the project, removed when the test, or the file, has ended. */
export async function temporaryFolder(t: { after: typeof after }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
