import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RENDERER } from '../../../src/text/rendered.ts';
import { commentsOn } from '../../support/comments.ts';
import { openCommentPages, sectionOf } from '../../support/flows/comments.ts';

const { client, db, ann, bob, newPost, asAnn, asBob, anyone, pageOf } = await openCommentPages();

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
    new RegExp(`rel="${rel}" href="([^"]*)#comments"`).exec(sectionOf(text))?.[1];
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
    sectionOf(page).match(/On <a href="#p2">“<span dir="auto">Two<\/span>”<\/a>/g)?.length,
    2,
  );
  const edit = (content: string) =>
    client.api('PATCH', `/api/posts/${post.id}`, { token: ann.token, json: { content } });
  await edit('Before\n\nOne <b>\n\nTwo\n\nThree');
  assert.match(await pageOf(post), mark(3, '2 comments'));
  await edit('One\n\nTwo and a half\n\nThree');
  const changed = await pageOf(post);
  assert.doesNotMatch(changed, /paragraph-mark/);
  assert.match(sectionOf(changed), /On an earlier version of the text/);
  const { anchor_revision: revision } = await db
    .selectFrom('comments')
    .select('anchor_revision')
    .where('id', '=', first ?? 0)
    .executeTakeFirstOrThrow();
  assert.ok(revision !== null);
});
