import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ifMatch, newDraft } from '../../support/drafts.ts';
import { createVisitor, errorsOf } from '../../support/visitor.ts';
import { openWritersBlog, idIn, fieldsOf } from '../../support/flows/writers.ts';

const { server, client, writer } = await openWritersBlog();

test('two tabs with one draft: both texts are shown, and each button does what it says', async () => {
  for (const [button, text] of [
    ['mine', 'second tab'],
    ['theirs', 'first tab'],
  ] as const) {
    const ann = await writer();
    const { id } = await newDraft(client, ann.token, { title: 'T', content: 'start' });
    const [first, second] = [await ann.get(`/drafts/${id}`), await ann.get(`/drafts/${id}`)];
    await ann.post(`/drafts/${id}`, { ...fieldsOf(first), content: 'first tab', do: 'save' });
    const stale = { ...fieldsOf(second), content: 'second tab', do: 'save' };
    const met = await ann.post(`/drafts/${id}`, stale);
    assert.equal(met.status, 409);
    assert.match(
      met.text,
      /<mark><span[^>]*>\[differs: <\/span>second tab\n<span[^>]*>\]<\/span><\/mark>/,
    );
    assert.match(
      met.text,
      /<mark><span[^>]*>\[differs: <\/span>first tab\n<span[^>]*>\]<\/span><\/mark>/,
    );
    assert.match(met.text, /Keep mine.*Keep theirs.*Edit together/s);
    assert.match(met.text, /Yours is kept in the history\./);
    assert.equal((await ann.drafts())[0]?.content, 'first tab', 'nothing is replaced yet');
    const decided = await ann.post(`/drafts/${id}`, { ...fieldsOf(met), do: button });
    assert.equal(decided.status, 303, decided.text);
    const [draft] = await ann.drafts();
    assert.equal(draft?.content, text);
    // The other one is in the history of the post that the draft becomes.
    const last = fieldsOf(await ann.get(`/drafts/${id}`));
    const published = await ann.post(`/drafts/${id}`, { ...last, do: 'publish' });
    const postId = Number(/\d+/.exec(published.location)?.[0]);
    const kept = await ann.revisions(postId);
    assert.ok(kept.includes('kept: second tab') || button === 'mine', kept.join());
    assert.ok(kept.includes('kept: first tab') || button === 'theirs', kept.join());
  }
});

test('editing together begins with both texts, marked, and is not published so', async () => {
  const ann = await writer();
  const draft = await newDraft(client, ann.token, {
    title: 'T',
    content: 'same\nmine before\nend',
  });
  const path = `/drafts/${draft.id}`;
  const page = fieldsOf(await ann.get(path));
  const json = { content: 'same\ntheirs\nend' };
  await client.api('PATCH', `/api${path}`, { token: ann.token, json, headers: ifMatch(draft) });
  const met = await ann.post(path, { ...page, content: 'same\r\nmine\r\nend', do: 'publish' });
  assert.equal(met.status, 409);
  const together = await ann.post(path, { ...fieldsOf(met), do: 'together' });
  const values = fieldsOf(together);
  assert.equal(
    values['content'],
    'same\n▸▸▸ Your version:\nmine\n▸▸▸ The saved version:\ntheirs\n▸▸▸ End of what differs\nend',
  );
  const early = await ann.post(path, { ...values, do: 'publish' });
  assert.equal(early.status, 422);
  assert.match(errorsOf(early)['content'] ?? '', /Decide between both versions first/);
  await ann.post(path, { ...values, content: 'same\nboth\nend', do: 'publish' });
  assert.deepEqual(await ann.posts(), ['T: same\nboth\nend']);
});

test('a post that changed while it was edited is shown beside the text, with or without a draft', async () => {
  for (const withDraft of [false, true]) {
    for (const button of ['mine', 'theirs', 'together']) {
      const ann = await writer();
      const post = await ann.newPost('P', 'start');
      const path = `/posts/${post.id}/edit`;
      const before = fieldsOf(await ann.get(path));
      if (withDraft) await ann.post(path, { ...before, content: 'draft', do: 'save' });
      const page = fieldsOf(await ann.get(path));
      const json = { content: 'by the API' };
      await client.api('PATCH', `/api/posts/${post.id}`, { token: ann.token, json });
      const met = await ann.post(path, { ...page, content: 'mine', do: 'publish' });
      assert.equal(met.status, 409);
      assert.equal((await ann.read(post.id)).content, 'by the API');
      const decided = await ann.post(path, { ...fieldsOf(met), do: button });
      if (button === 'together') {
        const content = 'in both';
        await ann.post(path, { ...fieldsOf(decided), content, do: 'save' });
        const next = fieldsOf(await ann.get(path));
        const last = await ann.post(path, { ...next, do: 'publish' });
        assert.equal(last.location, `/posts/${post.id}?done=updated`, last.text.slice(0, 3000));
        assert.equal((await ann.read(post.id)).content, content);
      } else {
        const expected = button === 'mine' ? 'mine' : 'by the API';
        assert.equal((await ann.read(post.id)).content, expected);
      }
      assert.ok((await ann.revisions(post.id)).includes('kept: mine'));
      assert.deepEqual(await ann.drafts(), []);
    }
  }
});

test('a draft that began from an older version of its post is not published over the newer one', async () => {
  const ann = await writer();
  const post = await ann.newPost('P', 'start');
  const path = `/posts/${post.id}/edit`;
  const page = fieldsOf(await ann.get(path));
  await client.api('PATCH', `/api/posts/${post.id}`, {
    token: ann.token,
    json: { content: 'API' },
  });
  const saved = await ann.post(path, { ...page, content: 'mine', do: 'save' });
  const values = fieldsOf(await ann.get(`/drafts/${idIn(saved)}`));
  const met = await ann.post(`/drafts/${idIn(saved)}`, { ...values, do: 'publish' });
  assert.equal(met.status, 409);
  assert.equal((await ann.read(post.id)).content, 'API');
});

test('a draft that was deleted elsewhere comes back as a new text when it is saved', async () => {
  const ann = await writer();
  const { id } = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const page = fieldsOf(await ann.get(`/drafts/${id}`));
  await ann.post(`/drafts/${id}/delete`);
  const gone = await ann.post(`/drafts/${id}`, { ...page, content: 'typed', do: 'save' });
  assert.equal(gone.status, 404);
  const values = fieldsOf(gone);
  assert.deepEqual([values['content'], values['draft']], ['typed', '']);
  assert.match(gone.text, /action="\/posts\/new"/);
  await ann.post('/posts/new', { ...values, do: 'save' });
  assert.equal((await ann.drafts())[0]?.content, 'typed');
});

test('a text that is saved after its draft was published becomes a draft of the post', async () => {
  const ann = await writer();
  const { id } = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const page = fieldsOf(await ann.get(`/drafts/${id}`));
  await ann.post(`/drafts/${id}`, { ...page, do: 'publish' });
  const saved = await ann.post(`/drafts/${id}`, { ...page, content: 'later', do: 'save' });
  assert.equal(saved.status, 303);
  const [draft] = await ann.drafts();
  assert.equal(draft?.content, 'later');
  assert.notEqual(draft?.post_id, null);
  // To publish it from the other tab is a conflict: the post was not what this text began from.
  const met = await ann.post(`/drafts/${id}`, { ...page, content: 'other', do: 'publish' });
  assert.equal(met.status, 409);
});

test('if the session ends before one decides between two versions, nothing is published', async () => {
  const ann = await writer();
  const { id } = await newDraft(client, ann.token, { title: 'T', content: 'start' });
  const page = fieldsOf(await ann.get(`/drafts/${id}`));
  await ann.post(`/drafts/${id}`, { ...page, content: 'theirs', do: 'save' });
  const met = await ann.post(`/drafts/${id}`, { ...page, content: 'mine', do: 'save' });
  const other = createVisitor(server.url);
  const asked = await other.post(`/drafts/${id}`, { ...fieldsOf(met), do: 'mine' });
  const login = { ...fieldsOf(asked), username: ann.email, password: ann.password };
  const sent = await other.post('/login', login);
  await other.post(sent.location, login);
  assert.deepEqual(await ann.posts(), []);
  assert.equal((await ann.drafts())[0]?.content, 'mine');
});
