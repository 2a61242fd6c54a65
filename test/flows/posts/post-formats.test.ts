import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person();

async function write(fields: object): Promise<{ status: number; id: number; body: unknown }> {
  const { status, body } = await client.api('POST', '/api/posts', {
    token: ann.token,
    json: { title: 'Soup', content: '*hot*', ...fields },
  });
  return { status, id: (body as { id: number }).id, body };
}

async function contentOf(id: number): Promise<unknown> {
  return (await client.api('GET', `/api/posts/${id}`)).body['content'];
}

async function page(path: string): Promise<string> {
  return (await client.api('GET', path)).text;
}

async function rendered(id: number): Promise<Record<string, unknown>> {
  const { status, body } = await client.api('GET', `/api/posts/${id}/rendered`);
  assert.equal(status, 200);
  return body;
}

test('a post is plain text unless it says otherwise, and no answer gains a field', async () => {
  const { id, body } = await write({});
  assert.deepEqual(Object.keys(body as object), [
    'title',
    'content',
    'id',
    'user_id',
    'date_posted',
    'author',
  ]);
  assert.deepEqual(await rendered(id), {
    format: 'text',
    html: '<p class="typed" dir="auto">*hot*</p>',
    excerpt_html: '<p class="typed" dir="auto">*hot*</p>',
    plain: '*hot*',
    words: 1,
    minutes: 1,
  });
});

test('a post in Markdown is shown as such, and stays it when a change does not say', async () => {
  const { id } = await write({ format: 'markdown' });
  assert.equal((await rendered(id))['html'], '<p dir="auto"><em>hot</em></p>');
  assert.match(await page(`/posts/${id}`), /<div class="prose"><p dir="auto"><em>hot<\/em>/);
  for (const json of [{ content: '**hot**' }, { content: '_hot_', format: null }]) {
    const { status } = await client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
    assert.equal(status, 200);
    assert.match(String((await rendered(id))['html']), /<(?:em|strong)>hot</);
  }
  const json = { format: 'text' };
  await client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
  assert.match(String((await rendered(id))['html']), /class="typed" dir="auto">_hot_</);
});

test('an unknown format is refused', async () => {
  const { status, body } = await write({ format: 'html' });
  assert.equal(status, 422);
  assert.deepEqual(body, {
    detail: [
      {
        type: 'literal_error',
        loc: ['body', 'format'],
        msg: "Input should be 'text' or 'markdown'",
        input: 'html',
        ctx: { expected: "'text' or 'markdown'" },
      },
    ],
  });
  assert.equal((await write({ format: 5 })).status, 422);
});

test('the rendered text of a post that is not there is a 404', async () => {
  assert.equal((await client.api('GET', '/api/posts/9999/rendered')).status, 404);
});

test('8 MiB of brackets are stored, shown as they were typed, and others are served meanwhile', async () => {
  const content = '['.repeat(8 * 1024 * 1024 - 100);
  const writing = write({ content, format: 'markdown' });
  assert.equal((await client.api('GET', '/api/posts')).status, 200);
  const { status, id } = await writing;
  assert.equal(status, 201);
  const { html, words } = await rendered(id);
  assert.ok(String(html).startsWith('<p class="typed" dir="auto">[['));
  assert.equal(words, 1);
  assert.match(await page('/'), /\[{199}…/);
  await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
});

test('of two who edit from the same version, the second is told and loses nothing', async () => {
  const { id } = await write({});
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  const form = await browser.get(`/posts/${id}/edit`);
  const version = /name="version" value="(\d+)"/.exec(form.text)?.[1];
  assert.equal(version, '1');
  const save = (content: string, fields = {}) =>
    browser.post(`/posts/${id}/edit`, { title: 'Soup', content, format: 'text', ...fields });

  assert.equal((await save('first', { version })).status, 303);
  const stale = await save('second', { version });
  assert.equal(stale.status, 409);
  assert.match(stale.text, /The published post has changed since you began/);
  assert.match(stale.text, /name="content" value="second"/);
  const present = /name="version" value="(\d+)"/.exec(stale.text)?.[1];
  assert.equal(present, '2');
  assert.equal(await contentOf(id), 'first');

  assert.equal((await save('second', { version: present })).status, 303);
  assert.equal(await contentOf(id), 'second');
  // A form that names no version saves as ever.
  assert.equal((await save('third')).status, 303);
});

test('a post that is written on a page is Markdown; a form without the field is plain text', async () => {
  const browser = createVisitor(server.url);
  await browser.signIn(ann);
  assert.match((await browser.get('/posts/new')).text, /<option value="markdown" selected>/);
  const made = await browser.post('/posts/new', { title: 'T', content: '*a*' });
  const id = Number(/\/posts\/(\d+)/.exec(made.location)?.[1]);
  assert.equal((await rendered(id))['format'], 'text');
});
