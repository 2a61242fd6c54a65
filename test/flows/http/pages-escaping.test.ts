import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementsOf } from '../../support/markup.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, statusOf, titleOf, valuesOf } from '../../support/visitor.ts';

/** Each would do harm if it were taken for markup, or for the end of an attribute. */
const HOSTILE = {
  script: `<script>alert(1)</script>`,
  'an attribute': `" autofocus onfocus="alert(1)`,
  'a single quote': `' onmouseover='alert(1)`,
  'closing tags': `</title></p></textarea></h1><img src=x>`,
  entities: `&lt;b&gt; &amp;amp; &#60;i&#62; &`,
  comments: `<!-- --> <![CDATA[ ]]> <?php ?>`,
  templates: '${7*7} {{7*7}} %s <%= 7 %>',
  'right to left and odd spaces':
    '\u202Etxt.exe\u202C \u2067abc\u2069 \u200F a\u2028b\u2029c\u00A0d\uFEFFe',
  'emoji and combining marks': `👩🏽‍🚀 🏳️‍🌈 👨‍👩‍👧‍👦 Z${'\u0335\u0321\u0359'.repeat(5)} \u{10FFFF}\u{E0041}\uFFFD`,
} as const;

const { server, client } = await openBlog({ SITE_NAME: `<b>"Site" & 'Co'` });
const ann = await client.person('Ann');
const visitor = createVisitor(server.url);
await visitor.signIn(ann);

/** How often each element is on a page. elementsOf throws for a tag that our templates do not write. */
function outline(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, attributes } of elementsOf(text)) {
    counts[name] = (counts[name] ?? 0) + 1;
    const handlers = Object.keys(attributes).filter((key) => /^on|^style$/.test(key));
    assert.deepEqual(handlers, [], name);
  }
  return counts;
}

/** Every page that shows what people wrote. */
const pages = (post: number) => [
  '/',
  `/posts/${post}`,
  `/posts/${post}?done=created`,
  `/posts/${post}/edit`,
  `/posts/${post}/delete`,
  `/users/${ann.id}/posts`,
  '/account',
  '/account/delete',
];

test('what people write is escaped on every page', async () => {
  const { id } = await client.post(ann.token, 'Plain', 'plain');
  // Edited once before, so that its edit date is shown here and below.
  const edit = { title: 'Plain', content: 'plain text' };
  await client.api('PUT', `/api/posts/${id}`, { token: ann.token, json: edit });
  const paths = pages(id);
  const plain = await Promise.all(
    paths.map(async (path) => outline((await visitor.get(path)).text)),
  );
  for (const [name, text] of Object.entries(HOSTILE)) {
    const title = Array.from(text).slice(0, 100).join('');
    const username = Array.from(text).slice(0, 50).join('');
    await client.api('PUT', `/api/posts/${id}`, {
      token: ann.token,
      json: { title, content: text },
    });
    const json = { username };
    await client.api('PATCH', `/api/users/${ann.id}`, { token: ann.token, json });
    for (const [index, path] of paths.entries()) {
      const page = await visitor.get(path);
      assert.equal(page.status, 200);
      assert.deepEqual(outline(page.text), plain[index], `${name} on ${path}`);
    }
    const [post, edit] = [
      await visitor.get(`/posts/${id}`),
      await visitor.get(`/posts/${id}/edit`),
    ];
    const site = `<b>"Site" & 'Co' - `;
    assert.equal(titleOf(post), site + Array.from(title).slice(0, 50).join(''));
    assert.deepEqual([valuesOf(edit)['title'], valuesOf(edit)['content']], [title, text], name);
    const created = await visitor.get(`/posts/${id}?done=created`);
    assert.equal(statusOf(created), `Post "${title}" created successfully!`);
    assert.equal(
      titleOf(await visitor.get(`/users/${ann.id}/posts`)),
      `${site}${username}'s Posts`,
    );
    assert.equal(valuesOf(await visitor.get('/account'))['username'], username, name);
  }
});

test('what a refused form shows again is escaped too', async () => {
  const empty = { username: '', email: '', password: '', confirm_password: '' };
  const plain = outline((await createVisitor(server.url).post('/register', empty)).text);
  for (const [name, text] of Object.entries(HOSTILE)) {
    const out = createVisitor(server.url);
    const typed = { username: text, email: text, password: '', confirm_password: text };
    const refused = await out.post('/register', typed);
    assert.deepEqual(outline(refused.text), plain, name);
    assert.deepEqual([valuesOf(refused)['username'], valuesOf(refused)['email']], [text, text]);
    const login = await out.get(`/login?next=${encodeURIComponent(`/${text}`)}`);
    outline(login.text);
    const kept = await out.post('/posts/new', { title: text, content: text, form_key: text });
    outline(kept.text);
    assert.equal(valuesOf(kept)['content'], text, name);
    outline((await out.get(`/reset-password?token=${encodeURIComponent(text)}`)).text);
    const reset = await out.post('/reset-password', { token: text, new_password: 'x' });
    outline(reset.text);
    assert.equal(valuesOf(reset)['token'], text, name);
    outline((await out.get(`/${encodeURIComponent(text)}`)).text);
    outline((await out.get(`/?x=${encodeURIComponent(text)}`)).text);
  }
});

test('the device name of a session is escaped', async () => {
  const other = createVisitor(server.url, { 'user-agent': '<script>alert(1)</script> Firefox/1' });
  await other.signIn(ann);
  const { text } = await other.get('/account');
  outline(text);
  assert.doesNotMatch(text, /alert\(1\)/);
});

test('a million characters are stored and shown', async () => {
  const content = 'Ω🖋 <b>& '.repeat(125_000);
  const created = await visitor.post('/posts/new', { title: 'Long', content });
  assert.equal(created.status, 303);
  const page = await visitor.follow(created);
  outline(page.text);
  const prose = /<div class="prose"[\s\S]*?<\/div>/.exec(page.text)?.[0];
  assert.equal(prose?.match(/Ω🖋 &lt;b&gt;&amp;/g)?.length, 125_000);
  const home = await visitor.get('/');
  assert.ok(home.text.length < 60_000, `${home.text.length} characters on the home page`);
  const refused = await visitor.post('/posts/new', { title: content, content: 'x' });
  assert.equal(refused.status, 422);
  assert.equal(valuesOf(refused)['title'], content);
  const name = await visitor.post('/account', { username: content, email: ann.email });
  assert.equal(name.status, 422);
});

test('characters that no database can hold are refused beside the field', async () => {
  for (const bad of ['a\0b', '\0']) {
    const page = await visitor.post('/posts/new', { title: 'x', content: bad });
    assert.equal(page.status, 422);
    assert.match(page.text, /This contains characters that cannot be stored\./);
  }
});
