import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { after } from 'node:test';

/**
 * A new empty folder outside the project, removed when the test, or the file, has ended. Hooks run
 * in the order in which they were registered, so what the test opened in the folder may still write
 * into it; then the removal is tried again.
 */
export async function temporaryFolder(t: { after: typeof after }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
