import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { giveLongPosts } from '../support/flows/long-posts.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { openMedia } from '../support/pictures/media.ts';
import { photo } from '../support/pictures.ts';
import { ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { startPostgres } from '../support/databases/postgres-server.ts';
import { newPlace, type Running, uploaded } from '../support/processes/trouble.ts';
import { createVisitor } from '../support/visitor.ts';
import { zipfile } from '../support/zipfile.ts';

const MEGABYTE = 1024 * 1024;

/** A blog with a signed-in user's cookie, and a function that takes its database away. */
async function startBlog(t: TestContext) {
  const postgres = ON_POSTGRESQL ? await startPostgres() : undefined;
  if (postgres) t.after(() => postgres.remove());
  const place = await newPlace(t, postgres && { database: postgres.url });
  const server = await place.start({ LOG_LEVEL: 'warn' });
  const ann = await server.person();
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const takeAway = async () => {
    if (postgres) return postgres.stop('immediate');
    // Like a disk that loses data: in the file, and in the log beside it.
    const garbage = Buffer.alloc(8 * 1024 * 1024, 0x5a);
    for (const end of ['', '-wal'])
      writeFileSync(join(place.dataDir, `masthead.db${end}`), garbage);
  };
  return { place, server, ann, cookie, takeAway };
}

async function download({ url }: Running, cookie: string): Promise<IncomingMessage> {
  const asking = request(`${url}/account/download`, { method: 'POST', headers: { cookie } });
  const [answer] = (await once(asking.end(), 'response')) as [IncomingMessage];
  return answer;
}

/** The bytes of an answer, and the error that cut it, if any. `amid` runs after a megabyte. */
async function received(answer: IncomingMessage, amid = async () => {}) {
  const chunks: Buffer[] = [];
  let left = MEGABYTE;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (left > 0 && (left -= chunk.length) <= 0) await amid();
    }
    return { bytes: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error: error as NodeJS.ErrnoException };
  }
}

test('a download whose database goes away is cut, and never ends as if it were complete', async (t) => {
  const { place, server, ann, cookie, takeAway } = await startBlog(t);
  const { db } = await openLedger(place.dataDir);
  await giveLongPosts(db, ann.id);
  await db.destroy();
  const answer = await download(server, cookie);
  assert.equal(answer.statusCode, 200);
  // Most of the rest is read only after this was received.
  const { bytes, error } = await received(answer, takeAway);
  assert.ok(bytes.length >= MEGABYTE);
  assert.equal(error?.code, 'ECONNRESET', 'the client is told by the connection');
  assert.equal(answer.complete, false);
  const zip = join(place.folder, 'my-data.zip');
  writeFileSync(zip, bytes);
  await assert.rejects(zipfile('-t', zip), /BadZipFile/);
  const [line] = await server.service.says(/^.*a response was cut short.*$/m);
  assert.match(line, /"reason":".*cut short: Database unavailable/);
  assert.ok(!line.includes(cookie.split('=')[1] ?? ''));
  assert.equal((await server.api('GET', '/health/live')).status, 200);
});

test('a download whose picture is missing is a 503, not a zip without it', async (t) => {
  const { place, server, ann, cookie } = await startBlog(t);
  const path = await uploaded(server, ann, await photo({ width: 60, height: 40 }));
  const media = await openMedia(place.dataDir);
  const key = path.split('/').slice(-2).join('/');
  const bytes = (await media.read(key)) ?? assert.fail(key);
  await media.delete(key);
  const refused = await download(server, cookie);
  assert.equal(refused.statusCode, 503);
  assert.match(String(refused.headers['content-type']), /^text\/html/);
  assert.equal((await received(refused)).error, undefined);
  await server.service.says(/is not stored.*Media unavailable/);
  await media.write(key, bytes);
  media.close();
  assert.equal((await download(server, cookie)).statusCode, 200);
});
