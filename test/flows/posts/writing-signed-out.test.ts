import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Page, type Post } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, statusOf, summaryOf, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const writer = createVisitor(server.url);
await writer.signIn(ann);
const stored = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body;
const titled = async (title: string) => {
  const { body } = await client.api<Page>('GET', '/api/posts?limit=100');
  return body.posts.filter((post) => post.title === title);
};

test('if the session ends while one writes, the post is saved after the login', async () => {
  const fields = { title: 'Kept & <safe>', content: 'line\r\nline', form_key: randomUUID() };
  const visitor = createVisitor(server.url);
  const asked = await visitor.post('/posts/new', fields);
  assert.equal(asked.status, 401);
  assert.match(summaryOf(asked), /What you wrote is kept/);
  const values = valuesOf(asked);
  assert.deepEqual(
    [values['title'], values['content'], values['form_key'], values['next']],
    [fields.title, fields.content, fields.form_key, '/posts/new'],
  );
  assert.equal((await titled(fields.title)).length, 0);

  // A browser sends the hidden fields too, and a wrong password must not lose them.
  const hidden = { ...fields, next: '/posts/new' };
  const wrong = await visitor.post('/login', { ...hidden, username: ann.email, password: 'no' });
  assert.equal(wrong.status, 401);
  assert.equal(valuesOf(wrong)['content'], fields.content);
  const login = { ...hidden, username: ann.email, password: ann.password };
  const entered = await visitor.post('/login', login);
  assert.deepEqual([entered.status, entered.location], [307, '/posts/new']);
  const made = await visitor.post(entered.location, login);
  assert.equal(
    statusOf(await visitor.follow(made)),
    `Post "${fields.title}" created successfully!`,
  );
  const [post] = await titled(fields.title);
  assert.equal(post?.content, 'line\nline');
});

test('the same holds for a change of a post', async () => {
  const { id } = await client.post(ann.token, 'Before');
  const path = `/posts/${id}/edit`;
  const visitor = createVisitor(server.url);
  const asked = await visitor.post(path, { title: 'After', content: 'changed' });
  assert.equal(asked.status, 401);
  assert.equal((await stored(id)).title, 'Before');
  const hidden = { title: 'After', content: 'changed', next: valuesOf(asked)['next'] ?? '' };
  const login = { ...hidden, username: ann.email, password: ann.password };
  const entered = await visitor.post('/login', login);
  assert.deepEqual([entered.status, entered.location], [307, path]);
  assert.equal((await visitor.post(path, login)).status, 303);
  assert.equal((await stored(id)).title, 'After');
});
