import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Answer, assertError } from '../../support/client.ts';
import { newDraft } from '../../support/drafts.ts';
import { photo } from '../../support/pictures.ts';
import { smallDisk } from '../../support/processes/small-disk.ts';
import {
  addForPosts,
  newPlace,
  type Running,
  stop,
  upload,
  uploaded,
  verifyLedger,
} from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';
import { createVisitor, valuesOf } from '../../support/visitor.ts';

const PICTURE = await photo({ width: 60, height: 40 });
/** More than an upload may have in memory. */
const LARGE = await photo({ width: 1200, height: 900, noise: 40 });
/** More than the database's log may have left. */
const LONG = 'kept '.repeat(40_000).trim();
const UNAVAILABLE = /^\{"detail":"(Database|Media) unavailable"\}$/;

function assertUnavailable(answer: Answer, text = UNAVAILABLE): void {
  assert.equal(answer.status, 503, answer.text);
  assert.match(answer.text, text);
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
}

async function awaitHealth({ api }: Running, status: number): Promise<Answer> {
  return until(`health ${status}`, async () => {
    const answer = await api('GET', '/health');
    return answer.status === status ? answer : undefined;
  });
}

test('the disk of database and media is full: writes get a 503, reads continue, and everything works afterwards', async (t) => {
  const place = await newPlace(t);
  const disk = smallDisk(place, place.dataDir);
  const server = await place.start();
  const { api, service } = server;
  const ann = await server.person();
  const picture = await uploaded(server, ann, PICTURE);
  const post = await server.post(ann.token);
  const forPosts = await addForPosts(server, ann, PICTURE);
  assert.equal(forPosts.status, 201, forPosts.text);
  const draft = await newDraft(server, ann.token, { title: 'Soup', content: 'saved' });
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  disk.fill(service.pid);

  assertUnavailable(await upload(server, ann, PICTURE));
  assertUnavailable(await upload(server, ann, LARGE), /^\{"detail":"Media unavailable"\}$/);
  for (const data of [PICTURE, LARGE]) assertUnavailable(await addForPosts(server, ann, data));
  assertUnavailable(
    await api('DELETE', `/api/pictures/${forPosts.body.id}`, { token: ann.token }),
    /^\{"detail":"Database unavailable"\}$/,
  );
  assert.deepEqual(readdirSync(join(place.dataDir, 'spool')), []);
  const json = { title: 't', content: 'x'.repeat(100_000) };
  const database = /^\{"detail":"Database unavailable"\}$/;
  assertUnavailable(await api('POST', '/api/posts', { token: ann.token, json }), database);
  assertUnavailable(
    await api('DELETE', `/api/users/${ann.id}/picture`, { token: ann.token }),
    database,
  );
  assertUnavailable(await api('DELETE', `/api/users/${ann.id}`, { token: ann.token }), database);
  const { token } = ann;
  const saved = { token, json: { content: LONG }, headers: { 'if-match': '*' } };
  const comment = { token, json: { content: LONG.slice(0, 5000) } };
  for (const [method, path, sent] of [
    ['POST', '/api/drafts', { token, json: { title: 'Soup', content: LONG } }],
    ['PATCH', `/api/drafts/${draft.id}`, saved],
    ['POST', `/api/drafts/${draft.id}/publish`, { token }],
    ['PATCH', `/api/posts/${post.id}`, { token, json: { content: LONG, tags: ['soup'] } }],
    ['POST', `/api/posts/${post.id}/comments`, comment],
  ] as const) {
    assertUnavailable(await api(method, path, sent), database);
  }
  for (const path of ['/posts/new', `/posts/${post.id}/comments`]) {
    const page = await browser.post(path, { title: 'Soup', content: LONG.slice(0, 5000) });
    assert.equal(page.status, 503, path);
    assert.equal(valuesOf(page)['content'], LONG.slice(0, 5000), 'what was typed is kept');
  }
  assertUnavailable(await awaitHealth(server, 503));
  for (const path of ['/', picture, `/api/posts/${post.id}`, `/users/${ann.id}/posts`]) {
    assert.equal((await api('GET', path)).status, 200, path);
  }
  assert.equal((await server.login(ann.email, ann.password)).status, 200);
  const me = await api('GET', '/api/users/me', { token: ann.token });
  assert.equal(me.body['image_path'], picture);

  disk.free(service.pid);
  await awaitHealth(server, 200);
  const again = await uploaded(server, ann, LARGE);
  assert.notEqual(again, picture);
  assert.equal((await addForPosts(server, ann, LARGE)).status, 201);
  await server.post(ann.token, 'again');
  const { body } = await api('GET', `/api/drafts/${draft.id}`, { token });
  assert.deepEqual(body, draft, 'nothing of it is half saved');
  assert.equal((await api('PATCH', `/api/drafts/${draft.id}`, saved)).status, 200);
  assert.equal((await api('POST', `/api/posts/${post.id}/comments`, comment)).status, 201);
  await stop(server);
  await verifyLedger(place.dataDir);
});

test('only the disk of the media is full: pictures are refused, everything else continues', async (t) => {
  const place = await newPlace(t);
  const disk = smallDisk(place, join(place.dataDir, 'media'));
  const server = await place.start();
  const { api, service } = server;
  const [ann, bob, eve] = [await server.person(), await server.person(), await server.person()];
  const picture = await uploaded(server, ann, PICTURE);
  for (const person of [bob, eve]) await uploaded(server, person, PICTURE);
  disk.fill(service.pid);
  assertUnavailable(await upload(server, ann, PICTURE));
  assertUnavailable(await awaitHealth(server, 503));
  assert.equal((await api('GET', picture)).status, 200);
  if (disk.mounted) {
    assertError(await awaitHealth(server, 503), 503, 'Media unavailable');
    await server.post(ann.token);
    const removed = await api('DELETE', `/api/users/${bob.id}/picture`, { token: bob.token });
    assert.equal(removed.status, 200, removed.text);
    const deleted = await api('DELETE', `/api/users/${eve.id}`, { token: eve.token });
    assert.equal(deleted.status, 204, deleted.text);
  }
  disk.free(service.pid);
  await awaitHealth(server, 200);
  await uploaded(server, ann, PICTURE);
  await stop(server);
  await verifyLedger(place.dataDir);
});

test('a first start on a full disk says so and leaves nothing that blocks the next one', async (t) => {
  const place = await newPlace(t);
  // Without SECRET_KEY it would fail before the database, when writing the key.
  const variables = { SECRET_KEY: 'a key that needs no room on the disk' };
  const { code, output } = await place.spawn(variables, { fullDisk: true }).ended;
  assert.equal(code, 1, output);
  assert.match(output, /^masthead: The database .* cannot be opened: EFBIG.*\n$/);
  assert.ok(!readdirSync(place.dataDir).includes('masthead.db'));
  const server = await place.start();
  await server.person();
  await stop(server);
});

test('a start on a full disk says so and changes nothing', async (t) => {
  const place = await newPlace(t);
  const first = await place.start();
  const ann = await first.person();
  const picture = await uploaded(first, ann, PICTURE);
  await stop(first);
  const { code, output } = await place.spawn({}, { fullDisk: true }).ended;
  assert.equal(code, 1, output);
  assert.match(output, /^masthead: The database .* is the disk full\?\n$/);
  const again = await place.start();
  assert.equal((await again.api('GET', picture)).status, 200);
  assert.equal((await again.login(ann.email, ann.password)).status, 200);
});
