import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type User } from '../support/client.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { openBlog } from '../support/blog.ts';

const ELSEWHERE = 'https://cdn.example.org/blog';
const { client } = await openBlog({ MEDIA_BASE_URL: `${ELSEWHERE}/` });
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
