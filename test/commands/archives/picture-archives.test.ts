import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Client, Person, Post } from '../../support/client.ts';
import { openMedia } from '../../support/pictures/media.ts';
import { fileBody, multipart, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { serveHere } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';
import { newPlace, type Place, type Running, stop } from '../../support/processes/trouble.ts';

const SECRET = { SECRET_KEY: 'the same before and after' };

interface Picture {
  id: number;
  markdown: string;
  urls: Record<'480' | '960' | '1920' | 'jpeg', string>;
}

async function add({ api }: Pick<Client, 'api'>, { token }: Person): Promise<Picture> {
  const data = await photo({ width: 900, height: 600 });
  const file = { name: 'file', filename: 'a.jpg', data };
  const body = multipart([file, { name: 'alt', data: 'A view' }]);
  const answer = await api<Picture>('POST', '/api/pictures', { token, body, headers: MULTIPART });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

async function write({ api }: Running, { token }: Person, content: string): Promise<Post> {
  const json = { title: 'A title', content, format: 'markdown' };
  return (await api<Post>('POST', '/api/posts', { token, json })).body;
}

async function run(place: Place, ...args: string[]): Promise<string> {
  const { code, output } = await place.run(args, SECRET);
  assert.equal(code, 0, output);
  return output;
}

const htmlOf = async ({ api }: Pick<Client, 'api'>, { id }: Post) =>
  (await api<{ html: string }>('GET', `/api/posts/${id}/rendered`)).body.html;

test('a restored blog has its pictures for posts, with their ids, and who may see them', async (t) => {
  const place = await newPlace(t);
  const server = await place.start(SECRET);
  const ann = await server.person();
  const gone = await add(server, ann);
  await server.api('DELETE', `/api/pictures/${gone.id}`, { token: ann.token });
  const [used, unused] = [await add(server, ann), await add(server, ann)];
  const post = await write(server, ann, used.markdown);
  const html = await htmlOf(server, post);
  const draft = { title: '', content: unused.markdown, format: 'markdown' };
  await server.api('POST', '/api/drafts', { token: ann.token, json: draft });
  await stop(server);
  const archive = join(place.folder, 'backup.tar');
  await run(place, 'backup', archive);
  await run(place, 'backup', '--verify', archive);

  const other = await newPlace(t);
  await run(other, 'restore', archive);
  assert.equal(await run(other, 'media', 'check'), 'Nothing differs\n');
  assert.equal(await run(other, 'media', 'sweep', '--now'), '0 deleted, 0 kept, 0 failed\n');
  await using restored = await serveHere(other, SECRET);
  const { body } = await restored.login(ann.email, ann.password);
  const token = body.access_token;
  assert.equal(await htmlOf(restored, post), html);
  assert.equal((await restored.api('GET', used.urls['960'])).status, 200);
  assert.equal((await restored.api('GET', unused.urls['960'])).status, 404);
  const own = await restored.api<{ pictures: Picture[] }>('GET', '/api/pictures', { token });
  assert.deepEqual(
    own.body.pictures.map(({ id }) => id),
    [unused.id, used.id],
  );
  for (const { id } of [used, unused]) {
    assert.equal((await restored.api('DELETE', `/api/pictures/${id}`, { token })).status, 409);
  }
  // Never the id of one before, not even of a deleted one.
  assert.equal((await add(restored, { ...ann, token })).id, unused.id + 1);
});

test('a restored blog has its logo, and what people say about themselves', async (t) => {
  const place = await newPlace(t);
  const server = await place.start(SECRET);
  const ann = await server.person();
  await run(place, 'user', 'role', ann.email, 'owner');
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const body = fileBody(await photo({ width: 300, height: 100 }));
  const sent = await browser.ask('POST', '/admin/settings/logo', { body, headers: MULTIPART });
  assert.equal(sent.status, 303, sent.text);
  await browser.post('/account', { bio: 'I *sing*.' });
  const bio = /<div class="prose bio">[^]*?<\/div>/;
  const logo = /<img class="logo" src="([^"]*)"[^>]*>/;
  const page = await browser.get(`/users/${ann.id}/posts`);
  await stop(server);
  const archive = join(place.folder, 'backup.tar');
  await run(place, 'backup', archive);

  const other = await newPlace(t);
  await run(other, 'restore', archive);
  assert.equal(await run(other, 'media', 'check'), 'Nothing differs\n');
  await using restored = await serveHere(other, SECRET);
  const reader = createVisitor(restored.url);
  const again = await reader.get(`/users/${ann.id}/posts`);
  for (const part of [bio, logo]) {
    assert.ok(part.exec(page.text));
    assert.equal(part.exec(again.text)?.[0], part.exec(page.text)?.[0]);
  }
  assert.equal((await reader.get(logo.exec(again.text)?.[1] ?? '')).status, 200);
});

test('a picture whose files are lost is found, left out of an archive, and shown as its alt text', async (t) => {
  const place = await newPlace(t);
  const server = await place.start(SECRET);
  const ann = await server.person();
  const [partly, wholly] = [await add(server, ann), await add(server, ann)];
  const post = await write(server, ann, `${partly.markdown}\n\n${wholly.markdown}`);
  await stop(server);
  const media = await openMedia(place.dataDir);
  const keysOf = ({ urls }: Picture) =>
    Object.values(urls).map((url) => url.replace('/media/', ''));
  for (const key of keysOf(wholly)) await media.delete(key);
  const lost = partly.urls['1920'].replace('/media/', '');
  await media.delete(lost);

  const check = await place.run(['media', 'check'], SECRET);
  assert.equal(check.code, 1);
  assert.match(check.output, new RegExp(`^${lost}: file missing or partial, user 1$`, 'm'));
  assert.match(check.output, /^[0-9a-f]{32}: all files missing or partial, user 1$/m);
  assert.match(check.output, /^2 differ$/m);

  const archive = join(place.folder, 'backup.tar');
  const made = await place.run(['backup', archive], SECRET);
  assert.match(made.output, /post_pictures/);
  const other = await newPlace(t);
  await run(other, 'restore', archive);
  await using restored = await serveHere(other, SECRET);
  // The archive has neither, since files of both are missing.
  assert.equal(await htmlOf(restored, post), '<p dir="auto">A view</p>\n<p dir="auto">A view</p>');

  // What is left of the first one makes it whole again.
  const repair = await place.run(['media', 'check', '--repair'], SECRET);
  assert.equal(repair.code, 0, repair.output);
  assert.ok((await media.read(lost)) !== null);
  media.close();
  assert.equal(await run(place, 'media', 'check'), 'Nothing differs\n');
  await using again = await serveHere(place, SECRET);
  const html = await htmlOf(again, post);
  assert.match(html, /<img [^>]*alt="A view"[^>]*>.*\n<p dir="auto">A view<\/p>$/s);
});
