import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Person } from '../../support/client.ts';
import { createVisitor, errorsOf, linksOf, statusOf, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { db } = server.context;

/** Somebody new, signed in. */
async function someone(name?: string) {
  const person = await client.person(name);
  const browser = createVisitor(server.url);
  await browser.signIn(person);
  const save = (fields: Record<string, string>) => browser.post('/account', fields);
  const page = () => createVisitor(server.url).get(`/users/${person.id}/posts`);
  return { person, browser, save, page };
}

const bioIn = ({ text }: { text: string }) =>
  /<div class="prose bio"[^>]*>([^]*?)<\/div>/.exec(text)?.[1];

test('what people say about themselves is shown on their page, at once', async () => {
  const { browser, save, page } = await someone();
  assert.equal(bioIn(await page()), undefined);
  const saved = await browser.follow(await save({ bio: 'I *like* soup.\r\n<b>Really</b>' }));
  assert.equal(statusOf(saved), 'Profile updated successfully!');
  assert.equal(valuesOf(saved)['bio'], 'I *like* soup.\n<b>Really</b>');
  assert.equal(
    bioIn(await page()),
    '<p dir="auto">I <em>like</em> soup.<br>\n&lt;b&gt;Really&lt;/b&gt;</p>',
  );
  await save({ bio: ' \n ' });
  assert.equal(bioIn(await page()), undefined);
});

test('a picture is not shown in it, not even one of their own', async () => {
  const { save, page } = await someone();
  await save({ bio: '![Me](/pictures/1) ![You](https://example.com/you.png)' });
  const shown = bioIn(await page());
  assert.ok(shown !== undefined);
  assert.doesNotMatch(shown, /<img/);
});

test('a text of more than 500 characters is refused and kept in the form', async () => {
  const { save } = await someone();
  // A line break that browsers send as two characters counts as one.
  assert.equal((await save({ bio: `${'🎈'.repeat(249)}\r\n${'x'.repeat(250)}` })).status, 303);
  const refused = await save({ bio: 'x'.repeat(501) });
  assert.equal(refused.status, 422);
  assert.deepEqual(errorsOf(refused), { bio: 'Must be at most 500 characters.' });
  assert.equal(valuesOf(refused)['bio'], 'x'.repeat(501));
  assert.equal((await save({ bio: 'null \0' })).status, 422);
});

test('a form without the field leaves the text as it is, also when it is refused', async () => {
  const { browser, save } = await someone();
  await save({ bio: 'Still here' });
  assert.equal((await save({ username: 'Somebody Else' })).status, 303);
  const refused = await save({ username: '' });
  assert.equal(refused.status, 422);
  assert.equal(valuesOf(refused)['bio'], 'Still here');
  assert.equal(valuesOf(await browser.get('/account'))['bio'], 'Still here');
});

test('the API says nothing of it', async () => {
  const { person, save } = await someone();
  await save({ bio: 'For pages' });
  const { body } = await client.api<object>('GET', `/api/users/${person.id}`);
  assert.deepEqual(Object.keys(body), ['id', 'username', 'image_file', 'image_path']);
});

test('a text of another renderer is rendered again, and goes with its account', async () => {
  const { person, browser, save, page } = await someone();
  await save({ bio: '*New*' });
  await db
    .updateTable('profiles')
    .set({ html: '<p>Old</p>', renderer: 0 })
    .where('user_id', '=', person.id)
    .execute();
  assert.equal(bioIn(await page()), '<p dir="auto"><em>New</em></p>');
  await browser.post('/account/delete', { current_password: person.password });
  const left = db.selectFrom('profiles').select('bio').where('user_id', '=', person.id);
  assert.deepEqual(await left.execute(), []);
});

const listed = (page: { status: number; text: string }) => {
  assert.equal(page.status, 200);
  const list = /<ul class="writers">([^]*?)<\/ul>/.exec(page.text)?.[1] ?? '';
  return [...list.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name);
};

async function write(by: Person, audience: string | null): Promise<number> {
  const json = { title: 'A title', content: 'A text', audience };
  return (await client.api<{ id: number }>('POST', '/api/posts', { token: by.token, json })).body
    .id;
}

test('the people are those with a post that the asker may read', async () => {
  const [open, closed, silent] = [
    await client.person('Open'),
    await client.person('Closed'),
    (await someone('Silent')).browser,
  ];
  const stranger = createVisitor(server.url);
  assert.doesNotMatch((await stranger.get('/people')).text, /Closed|Open/);
  await write(open, null);
  await write(open, 'members');
  const hidden = await write(closed, 'members');
  const seen = await stranger.get('/people');
  assert.deepEqual(listed(seen), ['Open']);
  assert.match(seen.text, /1 post, here since/);
  const member = await silent.get('/people');
  assert.deepEqual(listed(member), ['Open', 'Closed']);
  assert.match(member.text, /2 posts, here since/);
  await client.api('DELETE', `/api/posts/${hidden}`, { token: closed.token });
  assert.deepEqual(listed(await silent.get('/people')), ['Open']);
});

test('all of them are on one page or another, once', async () => {
  const names = Array.from({ length: 120 }, (_, n) => `many ${n}`);
  await db
    .insertInto('users')
    .values(
      names.map((name) => ({
        username: name,
        username_key: name,
        email: `${name}@example.com`,
        email_key: `${name}@example.com`,
        password_hash: '-',
        password_changed_at: null,
        picture_key: null,
        created_at: 1,
        email_confirmed_at: null,
      })),
    )
    .execute();
  const users = await db.selectFrom('users').select('id').where('username', 'in', names).execute();
  await db
    .insertInto('posts')
    .values(users.map(({ id }) => ({ user_id: id, title: 'A', content: 'B', date_posted: 1 })))
    .execute();
  const reader = createVisitor(server.url);
  const seen: (string | undefined)[] = [];
  let path: string | undefined = '/people';
  for (; path !== undefined;) {
    const page = await reader.get(path);
    seen.push(...listed(page));
    path = linksOf(page).find((link) => link.startsWith('/people?'));
  }
  assert.deepEqual(seen, ['Open', ...names]);
  assert.deepEqual(listed(await reader.get('/people?after=x&after=y')).length, 50);
});

test('each page leads there', async () => {
  assert.ok(linksOf(await createVisitor(server.url).get('/login')).includes('/people'));
});
