import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Page } from '../../support/client.ts';
import { createVisitor, errorsOf, statusOf, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);

const total = async () => (await client.api<Page>('GET', '/api/posts')).body.total;
const previewIn = (text: string) =>
  /<section [^>]*aria-label="Preview"[^>]*>(.*?)<\/section>/s.exec(text)?.[1];

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

const json = { accept: 'application/json' };
interface Shown {
  html: string;
  words: number;
  minutes: number;
  shown_plain: string | null;
}
const shown = async (form: Record<string, string>): Promise<Shown> => {
  const { status, text } = await writer.post('/posts/preview', form, json);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Shown;
};

test('a script gets the preview as JSON, in either format', async () => {
  const content = `**one**\r\n\r\n${'word '.repeat(500)}`;
  const markdown = await shown({ content, format: 'markdown' });
  assert.match(markdown.html, /<p dir="auto"><strong>one<\/strong><\/p>/);
  assert.deepEqual([markdown.words, markdown.minutes, markdown.shown_plain], [501, 2, null]);
  const text = await shown({ content });
  assert.match(text.html, /\*\*one\*\*/);
  assert.deepEqual(await shown({ format: 'markdown' }), {
    html: '',
    words: 0,
    minutes: 1,
    shown_plain: null,
  });
});

test('a preview is for people who are signed in, on this site', async () => {
  const form = { content: 'x', format: 'markdown' };
  const out = createVisitor(server.url);
  const refused = await out.post('/posts/preview', form, json);
  assert.equal(refused.status, 401);
  assert.equal((await out.post('/posts/preview', form)).status, 303);
  for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal((await writer.post('/posts/preview', form, { ...json, ...from })).status, 403);
  }
  const { status, text } = await writer.post('/posts/preview', { format: 'html' }, json);
  assert.deepEqual([status, /"format"/.test(text)], [422, true]);
});

test('hostile and very long texts are previewed safely', async () => {
  const hostile = '<script>x</script>\n\n[a](javascript:alert(1)) ![b](https://x.example/y.png)';
  const { html } = await shown({ content: hostile, format: 'markdown' });
  assert.doesNotMatch(html, /<script|<img|javascript:alert\(1\)"/);
  const deep = await shown({ content: '> '.repeat(30), format: 'markdown' });
  assert.match(deep.shown_plain ?? '', /more than 20 deep/);
  for (const format of ['text', 'markdown']) {
    const long = await shown({ content: '['.repeat(8 * 1024 * 1024 - 100), format });
    assert.match(long.shown_plain ?? '', /more than 200,000 characters/);
  }
});

test('one person has one preview rendered at a time, so that others have their turn', async () => {
  // Long enough for the renderer's other thread.
  const content = '*a* '.repeat(10_000);
  const ask = () => writer.post('/posts/preview', { content, format: 'markdown' }, json);
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.includes(200) && statuses.includes(429), statuses.join());
  assert.deepEqual(
    statuses.filter((status) => status !== 200 && status !== 429),
    [],
  );
  assert.equal((await ask()).status, 200);
  // Without scripts the page comes back with the text and says so.
  const form = { title: 'T', content, format: 'markdown', do: 'preview' };
  const [one, two] = await Promise.all([1, 2].map(() => writer.post('/posts/new', form)));
  const refused = [one, two].find((page) => page?.status === 429);
  assert.match(refused?.text ?? '', /Too many requests\. Try again in 1 second\./);
  assert.equal(valuesOf(refused ?? assert.fail())['content'], content);
});

test('a busy server refuses a post with its text beside the reason', async () => {
  const content = '*a* '.repeat(40_000);
  const send = () => writer.post('/posts/new', { title: 'Busy', content, format: 'markdown' });
  // The renderer's queue holds 16.
  const pages = await Promise.all(Array.from({ length: 24 }, send));
  const refused = pages.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0, pages.map(({ status }) => status).join());
  for (const page of refused) {
    assert.equal(valuesOf(page)['content'], content);
    assert.match(page.text, /Too many long texts at once\. Please try again in a moment\./);
  }
  const { status } = await send();
  assert.equal(status, 303);
});

test('a title that was pasted with line breaks is one line', async () => {
  const made = await writer.post('/posts/new', { title: 'One \r\n two\nthree', content: 'x' });
  assert.equal(statusOf(await writer.follow(made)), 'Post "One two three" created successfully!');
});
