import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';
import { openPrivateFeeds } from '../../support/flows/private-feeds.ts';
import { BLOG } from '../../support/flows/feeds.ts';

const { server, client, ann, stranger, reader, publish, read } = await openPrivateFeeds();

/** A picture in a post for members, and the links to it and to its author's face in somebody's feed. */
async function picturedFeed() {
  const data = await photo({ width: 300, height: 200 });
  const sent = { token: ann.token, body: fileBody(data), headers: MULTIPART };
  await client.api('PATCH', `/api/users/${ann.id}/picture`, sent);
  const { markdown } = await addPicture(client, ann, data);
  const content = `${markdown}\n\n[away](https://evil.example/?u=${BLOG}/media/post_jpeg/x.jpg)`;
  const postId = await publish('Pictured', { content, format: 'markdown', audience: 'members' });
  const someone = await reader();
  const links = async () => {
    const { items } = JSON.parse(await read(someone.feeds.json)) as {
      items: { content_html: string; authors: { avatar: string }[] }[];
    };
    const html = items[0]?.content_html ?? '';
    const [, picture = ''] = /src="https:\/\/ink\.example\/blog([^"]+)"/.exec(html) ?? [];
    const face = items[0]?.authors[0]?.avatar.replace(BLOG, '') ?? '';
    return { html, picture, face };
  };
  return { ...someone, postId, content, links };
}

const statusOfFile = async (path: string) => (await stranger.get(path)).status;

test('pictures are linked so that the reader gets them, and nobody by another link', async () => {
  const { links, browser } = await picturedFeed();
  const { html, picture } = await links();
  assert.match(picture, /^\/media\/post_jpeg\/\w+\.jpg\?f=\d+\.[\w-]{22}$/);
  assert.doesNotMatch(html, /evil[^"]*\?f=/);
  const answer = await stranger.get(picture);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'private, max-age=3600');
  assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin');
  const [file = '', id = '', signature = ''] = picture.split(/\?f=|\./).toSpliced(1, 1);
  const plain = picture.split('?')[0] ?? '';
  assert.ok(file && id && signature);
  const others = [
    plain,
    `${plain}?f=${Number(id) + 1}.${signature}`,
    `${plain}?f=${id}.${'A'.repeat(22)}`,
    `${plain}?f=${id}`,
    `${plain}?f=`,
    `${plain}?f=${id}.${signature}&f=${id}.${signature}`,
    picture.replace('.jpg', '.png'),
    picture.replace('/post_jpeg/', '/%70ost_jpeg/'),
  ];
  for (const other of others) assert.equal(await statusOfFile(other), 404, other);
  assert.equal((await browser.get(plain)).status, 200);
});

test('a blog for members is open to the address, its pictures and faces too', async () => {
  const { feeds, links, change } = await picturedFeed();
  await changeSetting(server.context, 'readers', 'members');
  try {
    assert.equal((await stranger.get('/feed.atom')).status, 303);
    assert.equal((await stranger.get(feeds.posts)).status, 200);
    const { picture, face } = await links();
    assert.match(face, /\?f=/);
    for (const path of [picture, face]) {
      assert.equal(await statusOfFile(path), 200);
      assert.equal(await statusOfFile(path.split('?')[0] ?? ''), 404);
    }
    const unknown = await stranger.get(picture.replace(/jpeg\/\w/, 'jpeg/x'));
    assert.equal(unknown.status, 404);
    await change({ state: 'waiting' });
    assert.equal((await stranger.get(feeds.posts)).status, 404);
    for (const path of [picture, face]) assert.equal(await statusOfFile(path), 404);
  } finally {
    await changeSetting(server.context, 'readers', 'everyone');
  }
});

test('links to pictures end with the address, the post, the role and the account, not with a password', async () => {
  const { links, postId, content, make, change, browser, email, password, id } =
    await picturedFeed();
  const { picture } = await links();
  const author = (json: object) =>
    client.api('PATCH', `/api/posts/${postId}`, { token: ann.token, json });
  assert.equal(await statusOfFile(picture), 200);
  const next = 'another long password';
  const fields = { current_password: password, new_password: next, confirm_password: next };
  assert.equal((await browser.post('/account/password', fields)).status, 303);
  assert.equal(await statusOfFile(picture), 200);

  await author({ content: 'Without' });
  assert.equal(await statusOfFile(picture), 404);
  await author({ content });
  assert.equal(await statusOfFile(picture), 200);

  for (const to of [{ state: 'suspended' }, { state: 'waiting' }] as const) {
    await change(to);
    assert.equal(await statusOfFile(picture), 404, to.state);
    await change({ state: 'active' });
    assert.equal(await statusOfFile(picture), 200);
  }
  const renewed = await make();
  assert.equal(await statusOfFile(picture), 404);
  const fresh = JSON.parse(await read(renewed.json)) as { items: { content_html: string }[] };
  const [, other = ''] =
    /src="https:\/\/ink\.example\/blog([^"]+)"/.exec(fresh.items[0]?.content_html ?? '') ?? [];
  assert.equal(await statusOfFile(other), 200);
  const login = await client.login(email, next);
  await client.api('DELETE', `/api/users/${id}`, { token: login.body.access_token });
  assert.equal(await statusOfFile(other), 404);
  assert.equal(await statusOfFile(renewed.posts), 404);
});
