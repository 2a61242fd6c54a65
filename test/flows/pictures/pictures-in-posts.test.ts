import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import {
  assertError,
  createClient,
  type Client,
  type Person,
  type Post,
} from '../../support/client.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const data = await photo({ width: 1000, height: 500 });

const add = (person: Person, at: Client = client) =>
  addPicture(at, person, data, { alt: 'A view' });

async function write(person: Person, content: string, path = '/api/posts', method = 'POST') {
  const json = { title: 'With pictures', content, format: 'markdown' };
  const answer = await client.api<Post>(method, path, { token: person.token, json });
  assert.ok(answer.status < 300, answer.text);
  return answer.body;
}

const get = (path: string, token?: string) =>
  fetch(server.url + path, {
    redirect: 'manual',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
const page = async (path: string) => (await get(path)).text();
const rendered = async ({ id }: { id: number }) =>
  (await client.api<{ html: string }>('GET', `/api/posts/${id}/rendered`)).body.html;
const remove = ({ id }: { id: number }, { token }: Person = ann) =>
  client.api('DELETE', `/api/pictures/${id}`, { token });
const IN_USE = 'A post or draft uses this picture. Remove it there first.';

test('a picture is public from the moment a post shows it until none does', async () => {
  const picture = await add(ann);
  const [url, named] = [picture.urls['960'], `/pictures/${picture.id}`];
  assert.equal((await get(url)).status, 404);
  const [one, two] = [await write(ann, picture.markdown), await write(ann, picture.markdown)];
  // Nobody is given an answer that was made for somebody else, nor one from before.
  for (const token of [undefined, ann.token, bob.token, undefined]) {
    const answer = await get(url, token);
    assert.deepEqual(
      [answer.status, answer.headers.get('cache-control'), answer.headers.get('vary')],
      [200, 'public, max-age=3600', null],
    );
    await answer.arrayBuffer();
    const redirect = await get(named, token);
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, picture.urls.jpeg]);
  }
  await client.api('DELETE', `/api/posts/${one.id}`, { token: ann.token });
  assert.equal((await get(url)).status, 200);
  await write(ann, 'Without it', `/api/posts/${two.id}`, 'PUT');
  assert.equal((await get(url)).status, 404);
  assert.equal((await get(named)).status, 404);
  assert.equal((await get(url, ann.token)).status, 200);
  await write(ann, picture.markdown, `/api/posts/${two.id}`, 'PUT');
  assert.equal((await get(url)).status, 200);
});

test('a post shows its picture with sizes, and links to the largest file', async () => {
  const { id, urls } = await add(ann);
  const post = await write(ann, `Text\n\n![My view](/pictures/${id} "At noon")`);
  const html = await page(`/posts/${post.id}`);
  assert.ok(html.includes(`<a class="picture" href="${urls['1920']}"><img src="${urls.jpeg}"`));
  assert.ok(
    html.includes(`srcset="${urls['480']} 480w, ${urls['960']} 960w, ${urls['1920']} 1000w"`),
  );
  assert.match(html, /width="1000" height="500" alt="My view"/);
  assert.match(html, /<figcaption dir="auto">At noon<\/figcaption>/);
  // For previews of links to it.
  assert.ok(
    html.includes(`<meta property="og:image" content="http://localhost:8000${urls.jpeg}">`),
  );
  assert.match(html, /<meta property="og:image:width" content="960">/);
  assert.match(html, /<meta property="og:image:height" content="480">/);
  assert.match(html, /<meta property="og:image:alt" content="My view">/);
  // In lists, small and beside the beginning.
  const list = await page(`/users/${ann.id}/posts`);
  assert.ok(
    list.includes(
      `<a class="thumbnail" href="/posts/${post.id}-with-pictures" tabindex="-1" aria-hidden="true"><img src="${urls['480']}" width="480" height="240" alt=""`,
    ),
  );
  assert.ok(!list.includes(urls['1920']));
});

test('a picture of somebody else is shown as its alt text, and stays private', async () => {
  const { id, urls, markdown } = await add(ann);
  const post = await write(bob, markdown);
  assert.equal(await rendered(post), '<p dir="auto">A view</p>');
  assert.equal((await get(urls['960'])).status, 404);
  assert.equal((await get(urls['960'], bob.token)).status, 404);
  assert.equal((await get(`/pictures/${id}`, bob.token)).status, 404);
  // Nor does it hold it.
  assert.equal((await remove({ id })).status, 204);
});

test('a picture cannot be deleted while a post or a draft uses it', async () => {
  const picture = await add(ann);
  const post = await write(ann, picture.markdown);
  assertError(await remove(picture), 409, IN_USE);
  assertError(await remove(picture, bob), 404, 'Picture not found');
  const { body: draft } = await client.api<{ id: number }>('POST', '/api/drafts', {
    token: ann.token,
    json: { title: '', content: `in work: ${picture.markdown}` },
  });
  await client.api('DELETE', `/api/posts/${post.id}`, { token: ann.token });
  assertError(await remove(picture), 409, IN_USE);
  // A draft shows it to nobody else.
  assert.equal((await get(picture.urls['960'])).status, 404);
  const saved = await client.api('PATCH', `/api/drafts/${draft.id}`, {
    token: ann.token,
    json: { content: 'without' },
    headers: { 'if-match': '"1"' },
  });
  assert.equal(saved.status, 200, saved.text);
  assert.equal((await remove(picture)).status, 204);
});

test('a draft that is published shows its pictures', async () => {
  const picture = await add(ann);
  const { body: draft } = await client.api<{ id: number }>('POST', '/api/drafts', {
    token: ann.token,
    json: { title: 'A draft', content: picture.markdown, format: 'markdown' },
  });
  const published = await client.api<Post>('POST', `/api/drafts/${draft.id}/publish`, {
    token: ann.token,
  });
  assert.equal(published.status, 201, published.text);
  assert.match(await rendered(published.body), /<img /);
  assert.equal((await get(picture.urls['960'])).status, 200);
  assertError(await remove(picture), 409, IN_USE);
});

test('earlier texts do not keep a picture from being deleted, and then show its alt text', async () => {
  const picture = await add(ann);
  const post = await write(ann, picture.markdown);
  await write(ann, 'Without it', `/api/posts/${post.id}`, 'PUT');
  const uses = () =>
    server.context.db
      .selectFrom('picture_uses')
      .selectAll()
      .where('picture_id', '=', picture.id)
      .execute();
  // The revision of the first text.
  assert.deepEqual(
    (await uses()).map(({ post_id, draft_id }) => [post_id, draft_id]),
    [[null, null]],
  );
  assert.equal((await remove(picture)).status, 204);
  assert.deepEqual(await uses(), []);
  await write(ann, picture.markdown, `/api/posts/${post.id}`, 'PUT');
  assert.equal(await rendered(post), '<p dir="auto">A view</p>');
});

test('the preview of the composer shows one’s own pictures', async () => {
  const { createVisitor } = await import('../../support/visitor.ts');
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const { markdown, urls } = await add(ann);
  const form = { title: 'x', content: markdown, format: 'markdown', do: 'preview' };
  const answer = await browser.post('/posts/new', form);
  assert.equal(answer.status, 200);
  assert.ok(answer.text.includes(`<img src="${urls.jpeg}"`), answer.text);
});

test('below a path and with other media, pictures are loaded from the right address', async (t) => {
  const variables = {
    FRONTEND_URL: 'https://example.org/blog',
    MEDIA_BASE_URL: 'https://cdn.example/m',
  };
  for (const [name, base] of [
    ['below a path', '/blog/media'],
    ['with other media', 'https://cdn.example/m'],
  ] as const) {
    await t.test(name, async () => {
      const { MEDIA_BASE_URL, FRONTEND_URL } = variables;
      await using other = await startServer(
        base.startsWith('/') ? { FRONTEND_URL } : { FRONTEND_URL, MEDIA_BASE_URL },
      );
      const guest = createClient(other.url);
      const person = await guest.person();
      const { markdown, urls } = await add(person, guest);
      assert.ok(urls.jpeg.startsWith('/blog/media/post_jpeg/'));
      const json = { title: 'x', content: `${markdown} /media/ "/media/`, format: 'markdown' };
      const { body: post } = await guest.api<Post>('POST', '/api/posts', {
        token: person.token,
        json,
      });
      const html = await (await fetch(`${other.url}/posts/${post.id}`)).text();
      const key = /[0-9a-f]{32}/.exec(urls.jpeg)?.[0] ?? '';
      assert.ok(html.includes(`src="${base}/post_jpeg/${key}.jpg"`), html);
      assert.ok(
        html.includes(`srcset="${base}/post_480/${key}.webp 480w, ${base}/post_960/`),
        html,
      );
      assert.ok(html.includes(`href="/blog/media/post_1920/${key}.webp"`), html);
      assert.ok(html.includes(' /media/ &quot;/media/'), html);
    });
  }
});
