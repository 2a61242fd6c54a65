import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createUser, deleteUser } from '../../../src/users/users.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { checkMedia } from '../../../src/pictures/check/media-check.ts';
import { openBlog } from '../../support/blog.ts';
import { elementsOf } from '../../support/markup.ts';
import { filesOf, mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { png } from '../../support/pictures.ts';
import {
  createVisitor,
  errorsOf,
  linksOf,
  statusOf,
  valuesOf,
  type Visitor,
} from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { context } = server;
const stranger = createVisitor(server.url);

async function newOwner(name: string): Promise<{ browser: Visitor; id: number }> {
  const account = { username: name, email: `${name}@example.com`, password: 'correct horse' };
  const { id } = await createUser(context, account, {
    first: async () => ({ role: 'owner' }),
  });
  const browser = createVisitor(server.url);
  await browser.signIn(account);
  return { browser, id };
}

let owner: Visitor;
before(async () => {
  owner = (await newOwner('olga')).browser;
});

const save = (fields: Record<string, string>) => owner.post('/admin/settings', fields);
const pictureFile = async (width: number) => fileBody(await png({ width, height: 100 }));
const upload = (body: Uint8Array, who = owner) =>
  who.ask('POST', '/admin/settings/logo', { body, headers: MULTIPART });

/** The picture at the top of a page. */
const logoOn = ({ text }: { text: string }) =>
  elementsOf(text).find(({ attributes }) => attributes['class'] === 'logo')?.attributes;
const logoFiles = async () =>
  (await mediaFiles(server.dataDir)).filter((file) => file.startsWith('site_logo/'));

test('a page about the blog is there, and linked, once there is a text', async () => {
  assert.equal((await stranger.get('/about')).status, 404);
  assert.ok(!linksOf(await stranger.get('/')).includes('/about'));
  const saved = await owner.follow(
    await save({ about: '# Us\r\n\r\nA *choir*. ![x](/pictures/1)' }),
  );
  assert.equal(statusOf(saved), 'Settings saved.');
  assert.equal(valuesOf(saved)['about'], '# Us\n\nA *choir*. ![x](/pictures/1)');
  const page = await stranger.get('/about');
  assert.equal(page.status, 200);
  assert.match(page.text, /<h1>About Masthead<\/h1>/);
  assert.match(page.text, /<h2[^>]*>Us<\/h2>\s*<p[^>]*>A <em>choir<\/em>\./);
  assert.doesNotMatch(page.text, /<img/);
  assert.ok(linksOf(await stranger.get('/login')).includes('/about'));
  await save({ about: '' });
  assert.equal((await stranger.get('/about')).status, 404);
});

test('a text that is too long is refused and kept in the form', async () => {
  const refused = await save({ about: 'x'.repeat(10_001) });
  assert.equal(refused.status, 422);
  assert.deepEqual(errorsOf(refused), {
    about: 'This needs a text in Markdown of at most 10,000 characters.',
  });
  assert.equal(valuesOf(refused)['about']?.length, 10_001);
  assert.equal((await stranger.get('/about')).status, 404);
});

test('the colour is the same on the next page of everybody, and on an error', async () => {
  const accentOf = async (path: string) =>
    /<html lang="en" data-accent="(\w+)">/.exec((await stranger.get(path)).text)?.[1];
  assert.equal(await accentOf('/'), 'oxblood');
  await save({ accent: 'teal' });
  for (const path of ['/', '/login', '/nowhere']) assert.equal(await accentOf(path), 'teal', path);
  assert.equal((await save({ accent: 'pink' })).status, 422);
  await changeSetting(context, 'accent', '');
  assert.equal(await accentOf('/'), 'oxblood');
});

test('a logo stands in the place of the name, until it is removed', async () => {
  assert.equal(logoOn(await stranger.get('/')), undefined);
  const done = await owner.follow(await upload(await pictureFile(400)));
  assert.equal(statusOf(done), 'The logo was changed.');
  const first = logoOn(await stranger.get('/'));
  assert.deepEqual(
    [first?.['alt'], first?.['width'], first?.['height']],
    ['Masthead', '400', '100'],
  );
  const file = await fetch(server.url + first?.['src']);
  assert.equal(file.headers.get('content-type'), 'image/webp');
  await file.arrayBuffer();

  await upload(await pictureFile(1600));
  const second = logoOn(await stranger.get('/login'));
  assert.deepEqual([second?.['width'], second?.['height']], ['800', '50']);
  assert.deepEqual(await logoFiles(), [second?.['src']?.replace('/media/', '')], 'only the newest');
  assert.equal((await stranger.get(first?.['src'] ?? '')).status, 404);

  const removed = await owner.follow(await owner.post('/admin/settings/logo/delete'));
  assert.equal(statusOf(removed), 'The logo was removed.');
  assert.match((await stranger.get('/')).text, /<p class="nameplate"><a href="\/">Masthead<\/a>/);
  assert.deepEqual(await logoFiles(), []);
  assert.equal((await owner.post('/admin/settings/logo/delete')).status, 400);
  const log = await owner.get('/admin/log');
  assert.match(log.text, /logo/);
});

test('a file that is not a picture changes nothing, and the page says why', async () => {
  await upload(await pictureFile(300));
  const before = logoOn(await stranger.get('/'));
  const refused = await upload(fileBody(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')));
  assert.equal(refused.status, 400);
  assert.match(errorsOf(refused)['file'] ?? '', /Invalid image file/);
  const none = await owner.ask('POST', '/admin/settings/logo', { body: '', headers: MULTIPART });
  assert.equal(none.status, 422);
  assert.ok(errorsOf(none)['file']);
  assert.deepEqual(logoOn(await stranger.get('/')), before);
  assert.equal((await logoFiles()).length, 1);
});

test('the logo stays when the owner who uploaded it leaves', async () => {
  const { browser, id } = await newOwner('odo');
  await upload(await pictureFile(320), browser);
  await deleteUser(context, id);
  const { src = '' } = logoOn(await stranger.get('/')) ?? {};
  assert.equal((await stranger.get(src)).status, 200);
  assert.deepEqual(await checkMedia({ ...context, images: undefined }, { repair: false }), []);
});

test('of two owners at once one logo remains, and no file of the other', async () => {
  const [one, two] = [await newOwner('otto'), await newOwner('ove')];
  const answers = await Promise.all([
    upload(await pictureFile(200), one.browser),
    upload(await pictureFile(240), two.browser),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [303, 303],
  );
  const { src = '' } = logoOn(await stranger.get('/')) ?? {};
  assert.deepEqual(await logoFiles(), [src.replace('/media/', '')]);
  assert.deepEqual(await checkMedia({ ...context, images: undefined }, { repair: false }), []);
});

test('a blog for members shows its logo with the login, and no other file', async () => {
  const ann = await client.person('Ann');
  const sent = { token: ann.token, body: await pictureFile(300), headers: MULTIPART };
  const face = await client.api('PATCH', `/api/users/${ann.id}/picture`, sent);
  await changeSetting(context, 'readers', 'members');
  const { src = '' } = logoOn(await stranger.get('/login')) ?? {};
  assert.equal((await stranger.get(src)).status, 200);
  assert.equal((await stranger.get(String(face.body['image_path']))).status, 404);
  const [, file = ''] = /profile_pics\/(.*)/.exec(String(face.body['image_path'])) ?? [];
  const around = `/media/site_logo/..%2fprofile_pics%2f${file}`;
  assert.equal((await stranger.get(around)).status, 404);
  assert.ok((await filesOf(server.dataDir, file)).length > 0);
  await changeSetting(context, 'readers', '');
});
