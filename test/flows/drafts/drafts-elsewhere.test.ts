import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Post } from '../../support/client.ts';
import { type Draft, newDraft } from '../../support/drafts.ts';
import { type Seen, statusOf, summaryOf, valuesOf } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;

/** A new person with a browser, and what the blog has of them. */
async function writer() {
  const { person, browser } = await someone('member');
  const { token } = person;
  const drafts = async () => {
    const { body } = await client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token });
    return body.drafts;
  };
  const history = async (id: number) => {
    const rows = db.selectFrom('revisions').select(['content', 'published']).orderBy('id');
    const found = await rows.where('post_id', '=', id).execute();
    return found.map((one) => `${one.published === 1 ? 'published' : 'kept'}: ${one.content}`);
  };
  return { ...person, browser, drafts, history, newPost: client.post.bind(null, token) };
}

const read = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body.content;
/** The form's hidden and visible fields, ready to be posted again. */
const fieldsOf = (page: Seen) =>
  Object.fromEntries(Object.entries(valuesOf(page)).map(([name, value]) => [name, value ?? '']));
const JSON_ASKED = { accept: 'application/json' };

for (const method of ['PATCH', 'PUT'] as const) {
  for (const page of ['of the post', 'of the post, with a draft', 'of the draft']) {
    test(`a ${method} by the API while the composer ${page} is open is not replaced, and both texts are kept`, async () => {
      const ann = await writer();
      const { id } = await ann.newPost('T', 'start');
      const edit = `/posts/${id}/edit`;
      const draft =
        page === 'of the post'
          ? undefined
          : await newDraft(client, ann.token, { post_id: id, content: 'in work' });
      const path = draft && page === 'of the draft' ? `/drafts/${draft.id}` : edit;
      const open: Record<string, string> = fieldsOf(await ann.browser.get(path));
      const json = { title: 'T', content: 'by the API' };
      const changed = await client.api(method, `/api/posts/${id}`, { token: ann.token, json });
      assert.equal(changed.status, 200);

      // Saves are of the draft alone; as a script sends them, its page keeps what it began from.
      let after = open;
      for (const content of ['half', 'mine']) {
        const typed = { ...after, content };
        const saved = await ann.browser.post(path, { ...typed, do: 'save' }, JSON_ASKED);
        assert.equal(saved.status, 200, saved.text);
        const { draft: made, version } = JSON.parse(saved.text) as Record<string, number>;
        after = { ...typed, draft: String(made), draft_version: String(version) };
      }
      assert.equal(await read(id), 'by the API');

      const told = await ann.browser.post(path, { ...after, do: 'publish' }, JSON_ASKED);
      assert.equal(told.status, 409, told.text);
      const { current } = JSON.parse(told.text) as { current: Record<string, string> };
      assert.deepEqual([current['over'], current['content']], ['post', 'by the API']);
      // Loaded again, the draft still began from the older text.
      const loaded = fieldsOf(await ann.browser.get(`/drafts/${after['draft']}`));
      const early = await ann.browser.post(`/drafts/${after['draft']}`, {
        ...loaded,
        do: 'publish',
      });
      assert.equal(early.status, 409);
      const met = await ann.browser.post(path, { ...after, do: 'publish' });
      assert.match(met.text, /mine.*by the API/s);
      assert.equal(await read(id), 'by the API');
      assert.deepEqual(
        (await ann.drafts()).map(({ content }) => content),
        ['mine'],
      );
      const decided = await ann.browser.post(path, { ...fieldsOf(met), do: 'mine' });
      assert.equal(decided.status, 303, decided.text);
      assert.equal(await read(id), 'mine');
      const history = await ann.history(id);
      assert.ok(history.includes('published: by the API'), history.join());
      assert.equal(history.at(-1), 'published: mine');
    });
  }
}

test('of many devices that send one version at once, one is saved, and every other text is kept and shown beside it', async () => {
  const ann = await writer();
  const { id } = await newDraft(client, ann.token, { title: 'T', content: 'start' });
  const open = fieldsOf(await ann.browser.get(`/drafts/${id}`));
  const texts = Array.from({ length: 8 }, (_, n) => `from device ${n}`);
  const answers = await Promise.all(
    texts.map((content) => ann.browser.post(`/drafts/${id}`, { ...open, content, do: 'save' })),
  );
  const won = texts.filter((_, n) => answers[n]?.status === 303);
  assert.equal(won.length, 1);
  const [draft] = await ann.drafts();
  assert.deepEqual([draft?.content, draft?.version], [won[0], 2]);
  const rows = db.selectFrom('revisions').select('content').where('draft_id', '=', id);
  const kept = (await rows.execute()).map(({ content }) => content);
  for (const [n, text] of texts.entries()) {
    if (text === won[0]) continue;
    assert.equal(answers[n]?.status, 409);
    assert.match(answers[n]?.text ?? '', new RegExp(`${text}.*${won[0]}`, 's'));
    assert.ok(kept.includes(text), text);
  }
});

test('unpublishing a post leaves a newer draft of it alone, and keeps the published text in its history', async () => {
  for (const hasRevisions of [true, false]) {
    const ann = await writer();
    const { id } = await ann.newPost('T', 'published');
    // As posts have none that were written before there were revisions, or imported.
    if (!hasRevisions) await db.deleteFrom('revisions').where('post_id', '=', id).execute();
    const draft = await newDraft(client, ann.token, { post_id: id, content: 'newer' });
    const open = fieldsOf(await ann.browser.get(`/drafts/${draft.id}`));
    const unpublished = await ann.browser.post(`/posts/${id}/unpublish`);
    assert.equal(unpublished.status, 303);
    assert.deepEqual(await ann.drafts(), [draft]);
    assert.equal(valuesOf(await ann.browser.follow(unpublished))['content'], 'newer');

    // The composer that was open goes on with that draft.
    const newest = { ...open, content: 'newest' };
    const saved = await ann.browser.post(`/drafts/${draft.id}`, { ...newest, do: 'save' });
    assert.equal(saved.status, 303, saved.text);
    const last = fieldsOf(await ann.browser.follow(saved));
    const published = await ann.browser.post(`/drafts/${draft.id}`, { ...last, do: 'publish' });
    assert.equal(published.location, `/posts/${id}?done=updated`, published.text);
    assert.equal(await read(id), 'newest');
    const history = await ann.history(id);
    assert.deepEqual(history, ['published: published', 'published: newest']);
  }
});

test('a text that was open when its post was unpublished in another tab does not replace the draft of that', async () => {
  const ann = await writer();
  const { id } = await ann.newPost('T', 'published');
  const path = `/posts/${id}/edit`;
  const open = { ...fieldsOf(await ann.browser.get(path)), content: 'typed' };
  await ann.browser.post(`/posts/${id}/unpublish`);
  for (const button of ['save', 'publish']) {
    const met = await ann.browser.post(path, { ...open, do: button });
    assert.equal(met.status, 409, button);
    assert.match(met.text, /typed.*published/s);
  }
  assert.deepEqual(
    (await ann.drafts()).map(({ content }) => content),
    ['published'],
  );
  assert.deepEqual(await ann.history(id), ['published: published', 'kept: typed']);
});

test('a post that an editor deletes leaves its draft, and what is typed into its page begins another', async () => {
  const ann = await writer();
  const { browser: editor } = await someone('editor');
  for (const button of ['save', 'publish', 'preview', 'schedule', 'mine', 'together']) {
    const { id } = await ann.newPost('T', 'published');
    const path = `/posts/${id}/edit`;
    const draft = await newDraft(client, ann.token, { post_id: id, content: 'in work' });
    const open = { ...fieldsOf(await ann.browser.get(path)), content: 'typed', do: button };
    const deleted = await editor.post(`/posts/${id}/moderate/delete`, { reason: 'Spam' });
    assert.equal(deleted.status, 303, deleted.text);
    const left = { ...draft, post_id: null, base_revision: null };
    assert.deepEqual(await ann.drafts(), [left]);

    const gone = await ann.browser.post(path, open);
    assert.equal(gone.status, 404, button);
    assert.match(summaryOf(gone), /This post has been deleted\. What you wrote is kept below/);
    const next = fieldsOf(gone);
    assert.deepEqual([next['content'], next['draft'], next['version']], ['typed', '', '']);
    assert.match(gone.text, /action="\/posts\/new"/);
    const told = await ann.browser.post(path, open, JSON_ASKED);
    assert.equal(told.status, 404);
    const saved = await ann.browser.post('/posts/new', { ...next, do: 'save' });
    assert.equal(statusOf(await ann.browser.follow(saved)), 'Draft saved.');
    const drafts = await ann.drafts();
    assert.deepEqual(drafts.map(({ content }) => content).toSorted(), ['in work', 'typed']);
    for (const one of drafts)
      await client.api('DELETE', `/api/drafts/${one.id}`, { token: ann.token });
  }
});

test('a post that an editor corrects is not replaced by a draft that began before', async () => {
  const ann = await writer();
  const { browser: editor } = await someone('editor');
  const { id } = await ann.newPost('T', 'published');
  const draft = await newDraft(client, ann.token, { post_id: id, content: 'in work' });
  const path = `/drafts/${draft.id}`;
  const open = { ...fieldsOf(await ann.browser.get(path)), content: 'typed' };
  const form = fieldsOf(await editor.get(`/posts/${id}/correct`));
  const correction = { ...form, title: 'T', content: 'corrected', reason: 'A slip' };
  const corrected = await editor.post(`/posts/${id}/correct`, correction);
  assert.equal(corrected.status, 303, corrected.text);
  const met = await ann.browser.post(path, { ...open, do: 'publish' });
  assert.equal(met.status, 409);
  assert.match(met.text, /typed.*corrected/s);
  assert.equal(await read(id), 'corrected');
  assert.ok((await ann.history(id)).includes('kept: typed'));
});
