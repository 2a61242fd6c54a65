import type { TestContext } from 'node:test';
import { createClient } from '../client.ts';
import { spawnMasthead } from './service.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/**
 * A server in a process of its own with a new data folder and one registered user, killed when the
 * test has ended. `openFiles` limits the files it may open; `variables` are further environment
 * variables.
 */
export async function startOwnProcess(
  t: TestContext,
  { variables, ...limits }: { openFiles?: number; variables?: Record<string, string> } = {},
) {
  const folder = await temporaryFolder(t);
  const all = { PORT: '0', LOG_LEVEL: 'error', RATE_LIMITS: 'off', ...variables };
  const service = spawnMasthead(folder, all, limits);
  t.after(async () => {
    service.kill('SIGKILL');
    await service.ended;
  });
  const url = await service.url();
  const client = createClient(url);
  const ann = await client.person();
  return { url, folder, pid: service.pid, output: service.output, client, ann };
}
