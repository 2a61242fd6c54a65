import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import type { Page } from '../support/client.ts';
import { createVisitor, errorsOf, statusOf, valuesOf } from '../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);

const total = async () => (await client.api<Page>('GET', '/api/posts')).body.total;
const previewIn = (text: string) =>
  /<section [^>]*aria-label="Preview">(.*?)<\/section>/s.exec(text)?.[1];

test('a preview shows the text and keeps all that was typed, and saves nothing', async () => {
  const { id } = await client.post(ann.token, 'Mine', 'before');
  const posts = await total();
  for (const path of ['/posts/new', `/posts/${id}/edit`]) {
    const typed = { title: 'A & B', content: '**one**\r\n\r\n<b>', format: 'markdown' };
    const keys = path === '/posts/new' ? { form_key: 'k' } : { version: '7' };
    const page = await writer.post(path, { ...typed, ...keys, do: 'preview' });
    assert.equal(page.status, 200);
    assert.match(previewIn(page.text) ?? '', /A &amp; B.*<strong>one<\/strong>.*&lt;b&gt;/s);
    const values = valuesOf(page);
    const { title, content } = typed;
    assert.deepEqual([values['title'], values['content']], [title, content]);
    for (const [name, value] of Object.entries(keys)) assert.equal(values[name], value);
    assert.match(page.text, /<option value="markdown" selected>/);
    const plain = await writer.post(path, { ...typed, format: 'text', do: 'preview' });
    assert.match(previewIn(plain.text) ?? '', /\*\*one\*\*/);
  }
  assert.equal(await total(), posts);
  assert.equal(
    (await client.api<{ content: string }>('GET', `/api/posts/${id}`)).body.content,
    'before',
  );
});

test('an empty form can be previewed, an unknown format is refused beside the text', async () => {
  const empty = await writer.post('/posts/new', { title: '', content: '', do: 'preview' });
  assert.equal(empty.status, 200);
  assert.deepEqual(errorsOf(empty), {});
  const typed = { title: 'T', content: 'C', format: 'html', do: 'preview' };
  const refused = await writer.post('/posts/new', typed);
  assert.equal(refused.status, 422);
  assert.equal(valuesOf(refused)['content'], 'C');
});

test('any other button publishes, as a form without one does', async () => {
  for (const button of [{}, { do: 'publish' }, { do: 'dance' }]) {
    const made = await writer.post('/posts/new', { title: 'T', content: 'C', ...button });
    assert.equal(made.status, 303);
    assert.equal(statusOf(await writer.follow(made)), 'Post "T" created successfully!');
  }
});

test('if the session ends meanwhile, the button and the format are kept for after the login', async () => {
  const typed = { title: 'T', content: '*C*', format: 'markdown', version: '3', do: 'preview' };
  const asked = await createVisitor(server.url).post('/posts/new', typed);
  assert.equal(asked.status, 401);
  const values = valuesOf(asked);
  for (const [name, value] of Object.entries(typed)) assert.equal(values[name], value);
});
