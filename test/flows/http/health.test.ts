import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createClient } from '../../support/client.ts';
import type { Answer } from '../../support/client.ts';
import { holdDatabase } from '../../support/databases/held-database.ts';
import { startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const HEALTHY = '{"status":"healthy"}';

/** The write check may be a few seconds old, so wait for a change of health. */
const awaitHealth = (url: string, status: number) =>
  until(`health ${status}`, async () => {
    const answer = await createClient(url).api('GET', '/health');
    return answer.status === status ? answer : undefined;
  });

function assertHealth(answer: Answer, status: number, text: string) {
  assert.deepEqual([answer.status, answer.text], [status, text]);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
}

test('a healthy server says so', async () => {
  await using server = await startServer();
  const { api } = createClient(server.url);
  assertHealth(await api('GET', '/health'), 200, HEALTHY);
  const wrong = await api('POST', '/health');
  assertHealth(wrong, 405, '{"detail":"Method Not Allowed"}');
  const document = await api('PUT', '/openapi.json');
  assertHealth(document, 405, '{"detail":"Method Not Allowed"}');
});

// Both wait for the next check.
describe('what cannot be written', { concurrency: true }, () => {
  test('media that cannot be written are reported, and their recovery too', async () => {
    await using server = await startServer({ LOG_LEVEL: 'silent' });
    const media = join(server.dataDir, 'media');
    await rename(media, `${media}-away`);
    await writeFile(media, 'a file in the place of the folder');
    const text = '{"detail":"Media unavailable"}';
    assertHealth(await awaitHealth(server.url, 503), 503, text);
    await rename(media, `${media}-file`);
    await rename(`${media}-away`, media);
    assertHealth(await awaitHealth(server.url, 200), 200, HEALTHY);
  });

  test('a database that cannot be written is reported, and its recovery too', async () => {
    await using server = await startServer({ LOG_LEVEL: 'silent' });
    const release = await holdDatabase(server.dataDir);
    const text = '{"detail":"Database unavailable"}';
    assertHealth(await awaitHealth(server.url, 503), 503, text);
    await release();
    assertHealth(await awaitHealth(server.url, 200), 200, HEALTHY);
  });
});
