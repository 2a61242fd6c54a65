import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { photo } from '../../support/pictures.ts';
import { createVisitor } from '../../support/visitor.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const wide = await photo({ width: 2000, height: 1000 });

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers, redirect: 'manual' });
const asAnn = { authorization: `Bearer ${ann.token}` };

describe('an unpublished picture', () => {
  test('is only its owner’s, by token and by session, and kept by no shared cache', async () => {
    const { id, urls } = await addPicture(client, ann, wide);
    const browser = createVisitor(server.url);
    await browser.signIn(ann);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    for (const url of Object.values(urls)) {
      // The owner's answer must not be kept for those who come next.
      for (const headers of [asAnn, { cookie }]) {
        const own = await get(url, headers);
        assert.equal(own.status, 200);
        assert.equal(own.headers.get('cache-control'), 'private, max-age=3600');
        assert.match(own.headers.get('vary') ?? '', /Cookie, Authorization/);
        await own.arrayBuffer();
      }
      const tag = `"${url.replace('/media/', '')}"`;
      for (const headers of [
        {},
        { authorization: `Bearer ${bob.token}` },
        { authorization: 'Bearer nonsense' },
        { cookie: 'session=nonsense' },
        { 'if-none-match': tag },
        { range: 'bytes=0-9' },
      ]) {
        const other = await get(url, headers);
        assert.equal(other.status, 404, JSON.stringify(headers));
        assert.match(other.headers.get('cache-control') ?? '', /no-store/);
      }
      const known = await get(url, { ...asAnn, 'if-none-match': tag });
      assert.equal(known.status, 304);
    }
    const named = await get(`/pictures/${id}`, asAnn);
    assert.deepEqual([named.status, named.headers.get('location')], [302, urls.jpeg]);
    assert.equal(named.headers.get('cache-control'), 'private, max-age=3600');
    assert.equal((await get(`/pictures/${id}`)).status, 404);
    assert.equal((await get('/pictures/999999', asAnn)).status, 404);
    assert.equal((await get('/pictures/abc', asAnn)).status, 422);
  });

  test('goes with its account', async () => {
    const before = await mediaFiles(server.dataDir);
    const dan = await client.person('Dan');
    const { urls } = await addPicture(client, dan, wide);
    await addPicture(client, dan, wide);
    const token = dan.token;
    assert.equal((await client.api('DELETE', `/api/users/${dan.id}`, { token })).status, 204);
    assert.deepEqual(await mediaFiles(server.dataDir), before);
    assert.equal((await get(urls['960'])).status, 404);
    const left = await server.context.db
      .selectFrom('post_pictures')
      .select('id')
      .where('user_id', '=', dan.id)
      .execute();
    assert.deepEqual(left, []);
  });
});
