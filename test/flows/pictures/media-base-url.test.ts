import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type User } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';
import { addMembersPicture } from '../../support/pictures/members-picture.ts';
import { createVisitor } from '../../support/visitor.ts';

const ELSEWHERE = 'https://cdn.example.org/blog';
const { server, client } = await openBlog({ MEDIA_BASE_URL: `${ELSEWHERE}/` });
const ann = await client.person();
await client.post(ann.token);
const answer = await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, {
  token: ann.token,
  body: fileBody(await photo({ width: 60, height: 40 })),
  headers: MULTIPART,
});
const picture = answer.body;

test('pages and link previews use MEDIA_BASE_URL for every size of a picture', async () => {
  for (const path of ['/', '/posts/1', `/users/${ann.id}/posts`]) {
    const { text } = await client.api('GET', path);
    const [img = assert.fail()] = /<img class="face"[^>]*>/.exec(text) ?? [];
    const key = picture.image_file?.replace('.jpg', '');
    assert.match(img, new RegExp(`src="${ELSEWHERE}/profile_pics/${key}.jpg"`));
    for (const [folder, width] of [
      ['_64', 64],
      ['_128', 128],
    ]) {
      assert.ok(img.includes(`${ELSEWHERE}/profile_pics${folder}/${key}.webp ${width}w`), img);
    }
    assert.doesNotMatch(text, /["\s]\/media\//);
  }
  const { text } = await client.api('GET', '/posts/1');
  assert.match(text, new RegExp(`og:image" content="${ELSEWHERE}/profile_pics/`));
});

test('the policy lets pages show pictures from there, and do nothing else there', async () => {
  const { headers } = await client.api('GET', '/');
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /;img-src 'self' data: blob: https:\/\/cdn\.example\.org;/);
  assert.equal(policy.split('cdn.example.org').length, 2);
});

test('the API’s image_path stays the same, and the picture is still served here', async () => {
  assert.equal(picture.image_path, `/media/profile_pics/${picture.image_file}`);
  assert.equal((await client.api('GET', picture.image_path)).status, 200);
});

test('a picture that not everybody may see comes from here, because nobody is signed in there', async () => {
  const { post } = await addMembersPicture(client, ann);
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  /** Without the links that enlarge a picture. */
  const sources = async (path: string) => {
    const { text } = await browser.get(path);
    return [...text.matchAll(/(?<=[ "])(?<!href=")([^ "]*\/post_\w+\/[0-9a-f]{32}\.\w+)/g)].map(
      ([, url]) => url ?? '',
    );
  };
  for (const path of ['/', `/posts/${post}`]) {
    const found = await sources(path);
    assert.ok(found.length > 1, path);
    for (const url of found) assert.match(url, /^(?:http:\/\/[^/]+)?\/media\//, path);
  }
  const open = { token: ann.token, json: { audience: 'everyone' } };
  assert.equal((await client.api('PATCH', `/api/posts/${post}`, open)).status, 200);
  for (const path of ['/', `/posts/${post}`]) {
    for (const url of await sources(path)) assert.ok(url.startsWith(ELSEWHERE), url);
  }
});
