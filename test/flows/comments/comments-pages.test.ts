import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { RENDERER } from '../../../src/text/rendered.ts';
import { openBlog } from '../../support/blog.ts';
import { commentsOn, newComment } from '../../support/comments.ts';
import { createVisitor, statusOf, type Visitor } from '../../support/visitor.ts';

const time = { now: Date.now() };
const { server, client } = await openBlog({}, {}, { clock: () => time.now });
const { db } = server.context;
const [ann, bob, eve] = [
  await client.person('Ann'),
  await client.person('Bob'),
  await client.person('Eve'),
];
await db.updateTable('users').set({ role: 'editor' }).where('id', '=', eve.id).execute();
const anyone = createVisitor(server.url);
const [asAnn, asBob, asEve] = [
  createVisitor(server.url),
  createVisitor(server.url),
  createVisitor(server.url),
];
for (const [visitor, person] of [
  [asAnn, ann],
  [asBob, bob],
  [asEve, eve],
] as const) {
  await visitor.signIn(person);
}

const newPost = () => client.post(ann.token, 'About soup');
const add = (post: { id: number }, content: string, token = bob.token, parent_id?: number) =>
  newComment(client, token, post.id, { content, ...(parent_id && { parent_id }) });
const pageOf = async (post: { id: number }, who: Visitor = anyone, query = '') =>
  (await who.get(`/posts/${post.id}${query}`)).text;
const section = (text: string) => /<section class="comments".*?<\/section>/s.exec(text)?.[0] ?? '';
const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(section(text) || text)?.[1] ?? '';

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
    section(await pageOf(post)),
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
  assert.match(after.text, /<\/time><\/a>, edited/);
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
  assert.match(section(await pageOf(post)), /removed by its author\..*A reply/s);
});

test('what readers see follows at once from what is written, hidden and removed', async () => {
  const post = await newPost();
  const seen = async (who = anyone) => section(await pageOf(post, who));
  assert.match(await seen(), /Log in to comment/);
  const { id } = await add(post, 'Buy my pills');
  assert.match(await seen(), /Buy my pills/);
  const reply = await add(post, 'No, thanks', ann.token, id);
  assert.match(await seen(), /No, thanks/);
  // By the author of the post, who cannot restore it.
  const hide = await asAnn.post(`/comments/${id}/hide`, { reason: 'Advertising' });
  assert.match((await asAnn.follow(hide)).text, /Hidden from readers\. The reason: .*Advertising/);
  const without = await seen();
  assert.match(without, /This comment is hidden\..*No, thanks/s);
  assert.doesNotMatch(without, /pills|Advertising|Bob/);
  assert.match(without, /<h2 id="comments-title">1 comment</);
  assert.match(await seen(asBob), /Buy my pills/, 'its author');
  assert.equal((await asAnn.post(`/comments/${id}/restore`)).status, 403);
  await asEve.follow(await asEve.post(`/comments/${id}/restore`));
  assert.match(await seen(), /2 comments.*Buy my pills/s);
  await asEve.follow(await asEve.post(`/comments/${id}/remove`, { reason: 'Advertising' }));
  assert.match(await seen(), /This comment was removed by an editor\..*No, thanks/s);
  assert.doesNotMatch(await seen(asBob), /pills/);
  const log = await db
    .selectFrom('moderation_log')
    .select(['actor_id', 'action', 'user_id', 'comment_id', 'reason'])
    .where('comment_id', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    log.map((row) => Object.values(row)),
    [
      [ann.id, 'comment hidden', bob.id, id, 'Advertising'],
      [eve.id, 'comment restored', bob.id, id, ''],
      [eve.id, 'comment removed', bob.id, id, 'Advertising'],
    ],
  );
  const long = await asAnn.post(`/comments/${reply.id}/hide`, { reason: 'x'.repeat(501) });
  assert.match(long.text, /A reason has at most 500 characters/);
});

test('a first comment that waits is marked for its author, and told of once it is approved', async () => {
  await changeSetting(server.context, 'first-comments', 'held');
  const post = await newPost();
  const dan = await client.person();
  const asDan = createVisitor(server.url);
  await asDan.signIn(dan);
  const sent = await asDan.post(`/posts/${post.id}/comments`, { content: 'My first, @Bob' });
  assert.match(statusOf(await asDan.follow(sent)), /Your comment waits for an editor/);
  assert.match(await pageOf(post, asDan), /Waiting for an editor.*My first/s);
  assert.doesNotMatch(await pageOf(post), /My first/);
  assert.doesNotMatch(await pageOf(post, asAnn), /My first/);
  const notices = () =>
    db
      .selectFrom('notices')
      .select(['user_id', 'kind'])
      .where('post_id', '=', post.id)
      .orderBy('user_id')
      .execute();
  // Editors learn of it, and nobody else.
  const waits = [eve.id, 'waiting'];
  assert.deepEqual(
    (await notices()).map((row) => Object.values(row)),
    [waits],
  );
  const forEditors = await pageOf(post, asEve);
  const id = /comments\/(\d+)\/restore"><button>Approve/.exec(forEditors)?.[1];
  await asEve.follow(await asEve.post(`/comments/${id}/restore`));
  assert.match(await pageOf(post), /My first/);
  assert.deepEqual(
    (await notices()).map((row) => Object.values(row)),
    [[ann.id, 'comment'], [bob.id, 'mention'], waits],
  );
  await changeSetting(server.context, 'first-comments', '');
});

test('many comments have pages, also in the middle of a thread', async () => {
  const post = await newPost();
  const rows = Array.from({ length: 130 }, (_, n) => ({
    post_id: post.id,
    user_id: bob.id,
    content: `c${n}`,
    html: `<p>c${n}.</p>`,
    renderer: RENDERER,
    created_at: n,
  }));
  const ids = (await db.insertInto('comments').values(rows).returning('id').execute())
    .map(({ id }) => id)
    .toSorted((a, b) => a - b);
  const parent = ids[10] ?? 0;
  const replies = Array.from({ length: 70 }, (_, n) => ({
    ...rows[0]!,
    parent_id: parent,
    html: `<p>r${n}.</p>`,
  }));
  await db.insertInto('comments').values(replies).execute();
  const told = (text: string) => [...text.matchAll(/<p>([cr]\d+)\.<\/p>/g)].map(([, one]) => one);
  const expected = [
    ...Array.from({ length: 11 }, (_, n) => `c${n}`),
    ...Array.from({ length: 70 }, (_, n) => `r${n}`),
    ...Array.from({ length: 119 }, (_, n) => `c${n + 11}`),
  ];
  const link = (text: string, rel: string) =>
    new RegExp(`rel="${rel}" href="([^"]*)#comments"`).exec(section(text))?.[1];
  const walk = async (from: string, rel: string) => {
    const seen: (string | undefined)[][] = [];
    for (let path: string | undefined = from; path !== undefined;) {
      const { text } = await anyone.get(path);
      seen.push(told(text));
      path = link(text, rel);
    }
    return seen;
  };
  const forward = await walk(`/posts/${post.id}`, 'next');
  assert.deepEqual(
    forward.map((page) => page.length),
    [30, 30, 30, 30, 30, 30, 20],
  );
  assert.deepEqual(forward.flat(), expected);
  const last = ids.at(-1);
  const backward = await walk(`/posts/${post.id}?until=${last}`, 'prev');
  assert.deepEqual(backward.toReversed().flat(), expected);
  const middle = await anyone.get(`/posts/${post.id}?until=${ids[60]}`);
  assert.equal(told(middle.text).at(-1), 'c60');
  assert.match(
    (await anyone.get(link((await anyone.get(`/posts/${post.id}`)).text, 'next') ?? '')).text,
    /Replies to <a [^>]+>the comment by <bdi>Bob/,
  );
  for (const query of ['?after=x', '?after=424242', '?until=0', '?after=1&after=2', '?before=-1']) {
    assert.deepEqual(told(await pageOf(post, anyone, query)), forward[0], query);
  }
});

test('a post is closed and opened by its author', async () => {
  const post = await newPost();
  await add(post, 'before');
  const close = (closed: string, who = asAnn) =>
    who.post(`/posts/${post.id}/comments/close`, { closed });
  assert.equal((await close('yes', asEve)).status, 403);
  const closed = await asAnn.follow(await close('yes'));
  assert.equal(statusOf(closed), 'Comments on this post are closed.');
  assert.match(section(await pageOf(post)), /before.*Comments are closed\./s);
  // What is there can still be reported, by others.
  assert.match(section(await pageOf(post, asEve)), /\/report"/);
  assert.doesNotMatch(section(await pageOf(post, asBob)), /\/report"/);
  assert.doesNotMatch(section(await pageOf(post)), /\/report"/);
  assert.doesNotMatch(section(await pageOf(post, asBob)), /<form|Reply/);
  await close('no');
  assert.match(section(await pageOf(post, asBob)), /<form/);
  await changeSetting(server.context, 'comments', 'off');
  assert.equal(section(await pageOf(post, asBob)), '');
  await changeSetting(server.context, 'comments', 'on');
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

test('a comment may be about a paragraph, which has a mark until its words change', async () => {
  const post = await client.post(ann.token, 'Three', 'One <b>\n\nTwo\n\nThree');
  const path = `/posts/${post.id}/comments`;
  const form = await asBob.get(`${path}?about=2`);
  const anchor = /<option value="([^"]+)" selected>“Two”/.exec(form.text)?.[1] ?? '';
  assert.match(anchor, /^2\.[\da-f]{12}$/);
  assert.match(await pageOf(post, asBob), /<option value="1\.[^"]+">“One &lt;b&gt;”/);
  const send = (about: string, content: string, who = asBob) =>
    who.post(path, { content, about, form_key: '', parent_id: '' });
  await send(anchor, 'about two');
  await send(anchor, 'about two as well', asAnn);
  await send('nonsense', 'about nothing');
  const rows = await commentsOn(client, post.id);
  const first = rows[0]?.id;
  const mark = (number: number, count: string) =>
    new RegExp(
      `<p class="typed" dir="auto">Two</p><p class="paragraph-mark" id="p${number}"><a href="/posts/${post.id}\\?until=${first}#comment-${first}" aria-label="${count} on the paragraph above">`,
    );
  const page = await pageOf(post);
  assert.match(page, mark(2, '2 comments'));
  assert.equal(page.match(/class="paragraph-mark"/g)?.length, 1);
  assert.equal(
    section(page).match(/On <a href="#p2">“<span dir="auto">Two<\/span>”<\/a>/g)?.length,
    2,
  );
  const edit = (content: string) =>
    client.api('PATCH', `/api/posts/${post.id}`, { token: ann.token, json: { content } });
  await edit('Before\n\nOne <b>\n\nTwo\n\nThree');
  assert.match(await pageOf(post), mark(3, '2 comments'));
  await edit('One\n\nTwo and a half\n\nThree');
  const changed = await pageOf(post);
  assert.doesNotMatch(changed, /paragraph-mark/);
  assert.match(section(changed), /On an earlier version of the text/);
  const { anchor_revision: revision } = await db
    .selectFrom('comments')
    .select('anchor_revision')
    .where('id', '=', first ?? 0)
    .executeTakeFirstOrThrow();
  assert.ok(revision !== null);
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
