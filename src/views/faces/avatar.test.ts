import assert from 'node:assert/strict';
import { test } from 'node:test';
import { avatar } from './avatar.ts';

const key = '0123456789abcdef'.repeat(2);
const person = { id: 7, username: 'Ama & Co', picture_key: key };

test('src is the picture’s path, srcset adds the small ones with their widths', () => {
  const img = String(avatar(person, { size: 40, mediaBase: '/media' }));
  assert.ok(img.includes(`src="/media/profile_pics/${key}.jpg"`));
  assert.ok(
    img.includes(
      `srcset="/media/profile_pics_64/${key}.webp 64w, /media/profile_pics_128/${key}.webp 128w, /media/profile_pics/${key}.jpg 300w"`,
    ),
  );
  assert.match(img, /sizes="40px" width="40" height="40"/);
});

test('every URL starts with the media base when it is another origin', () => {
  const img = String(avatar(person, { size: 40, mediaBase: 'https://cdn.example.org' }));
  assert.equal(img.split('https://cdn.example.org/profile_pics').length, 5);
  assert.doesNotMatch(img, /[" ]\/media/);
});

test('a picture has no alt text beside a username, and names the user where it stands alone', () => {
  assert.match(String(avatar(person, { size: 40, mediaBase: '/media' })), / alt=""/);
  const alone = avatar(person, { size: 40, mediaBase: '/media', alone: true });
  assert.match(String(alone), / alt="Ama &amp; Co&#39;s profile picture"/);
});

test('a user without a picture gets initials, never the default picture', () => {
  const face = String(avatar({ ...person, picture_key: null }, { size: 40, mediaBase: '/media' }));
  assert.match(face, /^<svg .*>AC<\/text><\/svg>$/);
});

test('only lazy pictures are loaded late', () => {
  assert.doesNotMatch(String(avatar(person, { size: 40, mediaBase: '/media' })), /loading/);
  assert.match(
    String(avatar(person, { size: 40, mediaBase: '/media', lazy: true })),
    /loading="lazy"/,
  );
});
