import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Page, type Post } from '../../support/client.ts';
import { multipart, MULTIPART } from '../../support/multipart.ts';
import { head, rawRequest } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';
import {
  createVisitor,
  errorsOf,
  focusOf,
  statusOf,
  titleOf,
  valuesOf,
} from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);

/** The id of the post that a redirect points to. */
const idIn = (location: string) => Number(/^\/posts\/(\d+)\?/.exec(location)?.[1]);
const stored = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body;
const titled = async (title: string) => {
  const { body } = await client.api<Page>('GET', '/api/posts?limit=100');
  return body.posts.filter((post) => post.title === title);
};

test('a post is written, changed and deleted, with a message for each step', async () => {
  const form = await writer.get('/posts/new');
  const { form_key: key = '' } = valuesOf(form);
  const fields = { title: 'First', content: 'One\r\ntwo\r\n\r\nthree', form_key: key };
  const created = await writer.post('/posts/new', fields);
  const id = idIn(created.location);
  assert.equal(created.location, `/posts/${id}?done=created`);
  assert.equal(statusOf(await writer.follow(created)), 'Post "First" created successfully!');
  assert.equal((await stored(id)).content, 'One\ntwo\n\nthree');

  const edit = valuesOf(await writer.get(`/posts/${id}/edit`));
  assert.deepEqual([edit['title'], edit['content']], ['First', 'One\ntwo\n\nthree']);
  const updated = await writer.post(`/posts/${id}/edit`, { title: 'Second', content: 'x' });
  assert.equal(updated.location, `/posts/${id}?done=updated`);
  assert.equal(statusOf(await writer.follow(updated)), 'Post updated successfully!');

  const question = await writer.get(`/posts/${id}/delete`);
  assert.match(question.text, /Delete Post\?/);
  assert.match(question.text, /This action cannot be undone\./);
  assert.equal((await writer.get(`/posts/${id}`)).status, 200, 'asking deletes nothing');
  const deleted = await writer.post(`/posts/${id}/delete`);
  assert.equal(deleted.location, '/?done=deleted');
  assert.equal(statusOf(await writer.follow(deleted)), 'Post deleted successfully!');
  assert.equal((await writer.get(`/posts/${id}`)).status, 404);
});

test('a post’s text comes back from the form unchanged', async () => {
  for (const content of ['\n\nleads with lines', '  spaces  ', '</textarea><b>&amp;', 'ends\n\n']) {
    const { location } = await writer.post('/posts/new', {
      title: 'Exact',
      content: content.replaceAll('\n', '\r\n'),
    });
    const id = idIn(location);
    assert.equal((await stored(id)).content, content);
    assert.equal(valuesOf(await writer.get(`/posts/${id}/edit`))['content'], content);
  }
});

const NOTHING_TO_SEE = [' ', '\u00a0\u3000', '\u200b\u200b', '\u2060\ufeff', '\u2800', '\u00ad'];

test('a title or a text that shows nothing is refused on pages with a reason', async () => {
  const { id } = await client.post(ann.token, 'Mine');
  const [title, content] = [
    'A title needs a visible character.',
    'A post needs a visible character.',
  ];
  for (const path of ['/posts/new', `/posts/${id}/edit`]) {
    for (const blank of [...NOTHING_TO_SEE, ' \t\u200b ']) {
      const sent = { title: blank, content: 'Text' };
      const refused = await writer.post(path, sent);
      assert.deepEqual([refused.status, errorsOf(refused)], [422, { title }]);
      assert.equal(valuesOf(refused)['content'], 'Text');
      const empty = await writer.post(path, { title: 'Title', content: `${blank}\r\n` });
      assert.deepEqual([empty.status, errorsOf(empty)], [422, { content }]);
      const both = await writer.post(path, { title: blank, content: blank });
      assert.deepEqual(errorsOf(both), { title, content });
    }
  }
  assert.equal((await stored(id)).title, 'Mine');
});

test('what the API was given without a visible title has a link on every page', async () => {
  for (const title of NOTHING_TO_SEE) {
    const post = await client.post(ann.token, title, 'Text of a post without a title');
    assert.equal(post.title, title, 'the API answers what it was sent');
    assert.equal((await stored(post.id)).title, title);
    for (const path of ['/', `/users/${ann.id}/posts`]) {
      const { text } = await writer.get(path);
      assert.match(text, new RegExp(`<a href="/posts/${post.id}">Untitled</a>`));
    }
    const page = await writer.get(`/posts/${post.id}`);
    assert.equal(titleOf(page), 'Masthead - Untitled');
    assert.match(page.text, /<h1 [^>]*>Untitled<\/h1>/);
    assert.match(page.text, /property="og:title" content="Untitled"/);
    assert.match((await writer.get(`/posts/${post.id}/delete`)).text, />Untitled</);
    // The form has the stored text, so that nothing is renamed unasked.
    assert.equal(valuesOf(await writer.get(`/posts/${post.id}/edit`))['title'], title);
  }
});

test('a refused post keeps what was typed', async () => {
  const { id } = await client.post(ann.token, 'Mine');
  for (const path of ['/posts/new', `/posts/${id}/edit`]) {
    for (const [wrong, errors] of [
      [{ title: '' }, { title: 'Please fill in this field.' }],
      [{ title: '🖋'.repeat(101) }, { title: 'Must be at most 100 characters.' }],
      [{ content: '' }, { content: 'Please fill in this field.' }],
    ] as const) {
      const sent = {
        title: 'A <title>',
        content: 'Some\n"text"',
        form_key: randomUUID(),
        ...wrong,
      };
      const refused = await writer.post(path, sent);
      assert.equal(refused.status, 422);
      assert.deepEqual(errorsOf(refused), errors);
      assert.equal(focusOf(refused), Object.keys(errors)[0]);
      const values = valuesOf(refused);
      assert.deepEqual([values['title'], values['content']], [sent.title, sent.content]);
      if (path === '/posts/new') assert.equal(values['form_key'], sent.form_key);
    }
  }
  assert.equal((await stored(id)).title, 'Mine');
  const longest = await writer.post('/posts/new', { title: '🖋'.repeat(100), content: 'x' });
  assert.equal(longest.status, 303);
});

test('only the author may change or delete a post', async () => {
  const { id } = await client.post(ann.token, 'Ann’s own');
  const other = createVisitor(server.url);
  await other.signIn(await client.person());
  for (const [action, word] of [
    ['edit', 'update'],
    ['delete', 'delete'],
  ]) {
    for (const method of ['GET', 'POST']) {
      const form = method === 'POST' ? { form: { title: 'x', content: 'x' } } : {};
      const refused = await other.ask(method, `/posts/${id}/${action}`, form);
      assert.equal(refused.status, 403);
      assert.match(refused.text, new RegExp(`Not authorized to ${word} this post`));
      const missing = await other.ask(method, `/posts/999999/${action}`, form);
      assert.equal(missing.status, 404);
      assert.equal((await other.ask(method, `/posts/abc/${action}`, form)).status, 422);
    }
  }
  assert.equal((await stored(id)).title, 'Ann’s own');
});

test('a form that is sent twice creates one post, also at the same time', async () => {
  const { form_key: key = '' } = valuesOf(await writer.get('/posts/new'));
  assert.match(key, /^[\da-f-]{36}$/);
  const fields = { title: 'Once only', content: 'x', form_key: key };
  const answers = await Promise.all([1, 2, 3].map(() => writer.post('/posts/new', fields)));
  answers.push(await writer.post('/posts/new', fields));
  assert.equal(new Set(answers.map(({ location }) => idIn(location))).size, 1);
  assert.equal((await titled('Once only')).length, 1);
  const next = valuesOf(await writer.get('/posts/new'))['form_key'];
  assert.notEqual(next, key, 'each form has its own key');
});

test('another text with the key of an earlier post is not lost', async () => {
  // A browser that goes back may restore the hidden field too.
  const key = randomUUID();
  await writer.post('/posts/new', { title: 'Earlier', content: 'x', form_key: key });
  await writer.post('/posts/new', { title: 'Later', content: 'y', form_key: key });
  assert.equal((await titled('Later')).length, 1);
});

test('a form key reveals nothing about another person’s post', async () => {
  const key = randomUUID();
  const first = await writer.post('/posts/new', { title: 'Hers', content: 'x', form_key: key });
  const other = createVisitor(server.url);
  await other.signIn(await client.person());
  const second = await other.post('/posts/new', { title: 'His', content: 'x', form_key: key });
  assert.notEqual(idIn(second.location), idIn(first.location));
  for (const form_key of ['', 'x', "' or 1=1 --"]) {
    const titles = ['a', 'b'].map((title) => ({ title, content: 'x', form_key }));
    const [a, b] = await Promise.all(titles.map((fields) => writer.post('/posts/new', fields)));
    assert.notEqual(idIn(a?.location ?? ''), idIn(b?.location ?? ''), 'no key, two posts');
  }
});

test('a script gets the same as JSON', async () => {
  const accept = { accept: 'application/json' };
  const made = await writer.post('/posts/new', { title: 'By "script"', content: 'x' }, accept);
  const { message, location } = JSON.parse(made.text) as Record<string, string>;
  assert.equal(message, 'Post "By "script"" created successfully!');
  assert.match(location ?? '', /^\/posts\/\d+$/);
  const refused = await writer.post('/posts/new', { title: 'x' }, accept);
  assert.deepEqual(
    [refused.status, refused.text],
    [422, '{"detail":[{"loc":["body","content"],"msg":"Please fill in this field."}]}'],
  );
  const out = await createVisitor(server.url).post('/posts/new', { title: 'x' }, accept);
  assert.equal(out.status, 401);
  assert.match(out.text, /^\{"detail":"Please log in again/);
});

test('a post too large for any form is refused on a page, unread', async () => {
  const bytes = head('POST /posts/new', {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': 25 * 1024 * 1024,
    Cookie: `session=${writer.cookies.get('session')}`,
  });
  const answer = await rawRequest(server.url, bytes);
  assert.equal(answer.status, 413);
  assert.match(answer.body, /Oops\.\.\. 413 Error/);
});

test('a form brings no longer text than JSON can, in either encoding', async () => {
  const content = '\u0001'.repeat(8 * 1024 * 1024 + 1);
  const fields = { title: 'Long', content };
  const parts = Object.entries(fields).map(([name, data]) => ({ name, data }));
  // Not percent-encoded, which would make it three times as long.
  const sent = [
    {
      body: `title=Long&content=${content}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    { body: multipart(parts), headers: MULTIPART },
  ];
  for (const form of sent) assert.equal((await writer.ask('POST', '/posts/new', form)).status, 413);
});
