import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentsOn, newComment } from '../../support/comments.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';
import { openCommentPages, sectionOf } from '../../support/flows/comments.ts';

const { server, client, time, ann, bob, newPost, add, asAnn, asBob, asEve, anyone, pageOf } =
  await openCommentPages();
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(sectionOf(text) || text)?.[1] ?? '';

test('a form without scripts adds a comment, and leads to its place', async () => {
  const post = await newPost();
  const form = await pageOf(post, asBob);
  const fields = { form_key: hidden(form, 'form_key'), parent_id: '', content: 'One\r\n\r\n*two*' };
  const sent = await asBob.post(`/posts/${post.id}/comments`, fields);
  const [{ id, content } = { id: 0, content: '' }] = await commentsOn(client, post.id);
  assert.equal(content, 'One\n\n*two*');
  assert.equal(sent.location, `/posts/${post.id}?done=commented#comment-${id}`);
  const next = await asBob.follow(sent);
  assert.equal(statusOf(next), 'Comment posted.');
  assert.match(next.text, /<h2 id="comments-title">1 comment<\/h2>/);
  assert.match(
    next.text,
    new RegExp(
      `<article class="comment" id="comment-${id}" aria-labelledby="comment-${id}-by".*<h3 id="comment-${id}-by">.*<bdi>Bob</bdi>.*<em>two</em>`,
      's',
    ),
  );
  // Twice the same form is the same comment.
  const again = await asBob.post(`/posts/${post.id}/comments`, fields);
  assert.equal(again.location, sent.location);
  time.now += 11 * 60_000;
  await asBob.post(`/posts/${post.id}/comments`, fields);
  assert.equal((await commentsOn(client, post.id)).length, 1);
  // The same form with another text is another.
  await asBob.post(`/posts/${post.id}/comments`, { ...fields, content: 'three' });
  assert.equal((await commentsOn(client, post.id)).length, 2);
});

test('replies have a page with the comment that is answered, and are a nested list', async () => {
  const post = await newPost();
  const first = await add(post, 'What is in it?');
  assert.match(
    await pageOf(post, asAnn),
    new RegExp(`/posts/${post.id}/comments\\?reply=${first.id}"`),
  );
  const form = await asAnn.get(`/posts/${post.id}/comments?reply=${first.id}`);
  assert.match(form.text, /<h1>Reply to <bdi>Bob<\/bdi><\/h1>.*What is in it\?/s);
  const fields = { form_key: hidden(form.text, 'form_key'), parent_id: String(first.id) };
  await asAnn.post(`/posts/${post.id}/comments`, { ...fields, content: 'Leeks' });
  assert.match(
    sectionOf(await pageOf(post)),
    /<ol class="threads"><li><article.*What is in it.*<ol class="replies"><li><article.*<h4.*Leeks/s,
  );
});

test('a refused form keeps its text and says why', async () => {
  const post = await newPost();
  const first = await add(post, 'Soon gone');
  const path = `/posts/${post.id}/comments`;
  const empty = await asAnn.post(path, { content: '' });
  assert.equal(empty.status, 422);
  assert.match(empty.text, /Please fill in this field\./);
  const many = 'https://a.example '.repeat(6);
  const links = await asAnn.post(path, { content: many, parent_id: String(first.id) });
  assert.equal(links.status, 422);
  assert.match(links.text, /A comment has at most 5 links, this one 6/);
  assert.ok(links.text.includes(`${many}</textarea>`));
  assert.match(links.text, new RegExp(`name="parent_id" value="${first.id}"`));
  await client.api('DELETE', `/api/comments/${first.id}`, { token: bob.token });
  const late = await asAnn.post(path, { content: 'My answer', parent_id: String(first.id) });
  assert.equal(late.status, 422);
  assert.match(late.text, /The comment that you answered is gone\./);
  assert.match(late.text, /name="parent_id" value="".*My answer<\/textarea>/s);
  await asAnn.post(`/posts/${post.id}/comments/close`, { closed: 'yes' });
  const closed = await asBob.post(path, { content: 'Too late' });
  assert.equal(closed.status, 403);
  assert.equal((await asBob.get(path)).status, 403);
  assert.match(closed.text, /Comments are closed.*Too late<\/textarea>/s);
});

test('who is signed out logs in and returns to the form, or keeps what was written', async () => {
  const post = await newPost();
  const login =
    /href="(\/login\?next=[^"]*)">Log in to comment/.exec(await pageOf(post))?.[1] ?? '';
  const next = `/posts/${post.id}#write-comment`;
  assert.equal(login, `/login?next=${encodeURIComponent(next)}`);
  const visitor = createVisitor(server.url);
  const form = await visitor.get(login);
  assert.ok(form.text.includes(`name="next" value="${next}"`));
  const { email: username, password } = bob;
  const back = await visitor.post('/login', { next, username, password });
  assert.equal(back.location, `/posts/${post.id}?done=login#write-comment`);
  assert.match(await pageOf(post, visitor), /<div id="write-comment"><form/);

  const late = createVisitor(server.url);
  const path = `/posts/${post.id}/comments`;
  const kept = await late.post(path, { content: 'Written for long', form_key: '', parent_id: '' });
  assert.equal(kept.status, 401);
  assert.match(kept.text, /name="content" value="Written for long"/);
  const fields = { next: path, content: 'Written for long', parent_id: '', username, password };
  const repost = await late.post('/login', fields);
  assert.deepEqual([repost.status, repost.location], [307, path]);
  await late.post(path, fields);
  assert.equal((await commentsOn(client, post.id))[0]?.content, 'Written for long');
});

test('one edits and deletes one’s own', async () => {
  const post = await newPost();
  const { id } = await add(post, 'A frist try');
  const page = await pageOf(post, asBob);
  assert.match(page, new RegExp(`/comments/${id}/edit".*/comments/${id}/delete"`, 's'));
  assert.doesNotMatch(await pageOf(post, asAnn), new RegExp(`/comments/${id}/(?:edit|delete)"`));
  const form = await asBob.get(`/comments/${id}/edit`);
  assert.match(form.text, /A frist try<\/textarea>/);
  const saved = await asBob.post(`/comments/${id}/edit`, { content: 'A first try' });
  const after = await asBob.follow(saved);
  assert.match(after.text, /A first try/);
  assert.match(after.text, /<\/time>, edited<\/a>/);
  time.now += 16 * 60_000;
  assert.doesNotMatch(await pageOf(post, asBob), new RegExp(`/comments/${id}/edit"`));
  const late = await asBob.post(`/comments/${id}/edit`, { content: 'Too late' });
  assert.equal(late.status, 403);
  assert.match(late.text, /A comment can be changed for 15 minutes.*/s);
  assert.match(late.text, /Too late<\/textarea>/);
  const question = await asBob.get(`/comments/${id}/delete`);
  assert.match(question.text, /Delete Comment\?.*A first try/s);
  await add(post, 'A reply', ann.token, id);
  await asBob.follow(await asBob.post(`/comments/${id}/delete`));
  assert.match(sectionOf(await pageOf(post)), /removed by its author\..*A reply/s);
});

test('a script gets the markup of its comment', async () => {
  const post = await newPost();
  const sent = await asBob.post(
    `/posts/${post.id}/comments`,
    { content: 'By script' },
    { accept: 'application/json' },
  );
  const body = JSON.parse(sent.text) as Record<string, string>;
  assert.equal(sent.status, 200);
  assert.match(body['html'] ?? '', /^<li><article.*By script/s);
  assert.match(body['location'] ?? '', /#comment-\d+$/);
  assert.equal(body['title'], '1 comment');
  assert.match(body['form_key'] ?? '', /^[\da-f-]{36}$/);
});

test('nothing that people type becomes markup', async () => {
  const evil = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';
  const mallory = await client.person(`Mal <b>"x"`);
  const asMallory = createVisitor(server.url);
  await asMallory.signIn(mallory);
  const post = await client.post(mallory.token, evil, `${evil}\n\nTwo`);
  const path = `/posts/${post.id}/comments`;
  const form = await asMallory.get(`${path}?about=1`);
  const about = /<option value="([^"]+)" selected>/.exec(form.text)?.[1] ?? '';
  await asMallory.post(path, { content: `${evil} @"Mal <b>" [x](javascript:alert(3))`, about });
  const [{ id } = { id: 0 }] = await commentsOn(client, post.id);
  await newComment(client, mallory.token, post.id, {
    content: `@${mallory.username}`,
    parent_id: id,
  });
  const refused = await asMallory.post(path, { content: evil.repeat(300), about: evil });
  assert.equal(refused.status, 422);
  await asEve.post(`/comments/${id}/hide`, { reason: evil });
  const pages = [
    refused,
    form,
    await anyone.get(`/posts/${post.id}`),
    ...(await Promise.all(
      [asMallory, asEve].flatMap((who) => [
        who.get(`/posts/${post.id}`),
        who.get(`${path}?reply=${id}`),
        who.get(`/comments/${id}/edit`),
        who.get(`/comments/${id}/delete`),
        who.get(`/comments/${id}/remove`),
        who.get('/notices'),
        who.get('/admin/log'),
      ]),
    )),
  ];
  for (const { text } of pages) {
    assert.doesNotMatch(text, /<img src=x|<script>alert|href="javascript|Mal <b>/);
  }
  assert.match(pages[3]?.text ?? '', /&lt;img src=x onerror=alert\(1\)&gt;/);
});
