import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { newDraft } from '../../support/drafts.ts';
import {
  createVisitor,
  errorsOf,
  linksOf,
  statusOf,
  summaryOf,
  valuesOf,
} from '../../support/visitor.ts';
import { openWritersBlog, idIn, fieldsOf } from '../../support/flows/writers.ts';

/** What a script is told about a save. */
interface Saved {
  message: string;
  location: string;
  draft: number;
  version: number;
  saved_at: string;
}

const { server, client, writer } = await openWritersBlog();

test('a text is saved as a draft, saved again, and published, without scripts', async () => {
  const ann = await writer();
  const form = { ...fieldsOf(await ann.get('/posts/new')), format: 'markdown' };
  const first = await ann.post('/posts/new', {
    ...form,
    title: 'Soup',
    content: 'One\r\ntwo',
    do: 'save',
  });
  const id = idIn(first);
  assert.equal(first.location, `/drafts/${id}?done=saved`);
  const page = await ann.follow(first);
  assert.equal(statusOf(page), 'Draft saved.');
  const values = fieldsOf(page);
  assert.deepEqual(
    [values['title'], values['content'], values['draft'], values['draft_version']],
    ['Soup', 'One\ntwo', String(id), '1'],
  );
  const again = await ann.post(`/drafts/${id}`, { ...values, content: 'Three', do: 'save' });
  assert.equal(again.location, `/drafts/${id}?done=saved`);
  const [draft] = await ann.drafts();
  assert.deepEqual([draft?.content, draft?.version], ['Three', 2]);
  assert.deepEqual(await ann.posts(), []);
  const last = fieldsOf(await ann.follow(again));
  const published = await ann.post(`/drafts/${id}`, { ...last, content: 'Four', do: 'publish' });
  assert.match(published.location, /^\/posts\/\d+\?done=created$/);
  assert.equal(statusOf(await ann.follow(published)), 'Post "Soup" created successfully!');
  assert.deepEqual(await ann.posts(), ['Soup: Four']);
  assert.deepEqual(await ann.drafts(), []);
  const old = await ann.get(`/drafts/${id}`);
  assert.deepEqual([old.status, old.location], [303, published.location.replace(/\?.*/, '')]);
});

test('a draft may lack title and text, but what is published may not, and nothing typed is lost', async () => {
  const ann = await writer();
  const nothing = await ann.post('/posts/new', { title: '', content: '', draft: '', do: 'save' });
  assert.equal(nothing.status, 422);
  assert.match(summaryOf(nothing), /nothing to save/);
  const { id } = await newDraft(client, ann.token, { content: 'only text' });
  const values = fieldsOf(await ann.get(`/drafts/${id}`));
  const refused = await ann.post(`/drafts/${id}`, { ...values, content: 'more', do: 'publish' });
  assert.equal(refused.status, 422);
  assert.deepEqual(errorsOf(refused), { title: 'Please fill in this field.' });
  const shown = valuesOf(refused);
  assert.deepEqual([shown['content'], shown['draft_version']], ['more', '1']);
});

test('saved, previewed or published twice, a text stays one draft and one post', async () => {
  const ann = await writer();
  const fields = { title: 'Once', content: 'x', draft: '', form_key: randomUUID() };
  const save = () => ann.post('/posts/new', { ...fields, do: 'save' });
  const saves = await Promise.all([save(), save(), save()]);
  assert.equal(new Set(saves.map(idIn)).size, 1);
  const id = idIn(await save());
  assert.equal((await ann.drafts()).length, 1);
  const page = fieldsOf(await ann.get(`/drafts/${id}`));
  const publish = () => ann.post(`/drafts/${id}`, { ...page, do: 'publish' });
  const published = await Promise.all([publish(), publish(), publish()]);
  published.push(await publish(), await ann.post('/posts/new', { ...fields, do: 'publish' }));
  const ids = published.map(({ location }) => /^\/posts\/(\d+)/.exec(location)?.[1]);
  assert.equal(new Set(ids).size, 1, JSON.stringify(ids));
  assert.deepEqual(await ann.posts(), ['Once: x']);
});

test('publishing a page whose draft it never heard of takes that draft along', async () => {
  const ann = await writer();
  const fields = { draft: '', draft_version: '', form_key: randomUUID() };
  await ann.post('/posts/new', { ...fields, title: 'A', content: 'half', do: 'save' });
  await ann.post('/posts/new', { ...fields, title: 'A', content: 'whole', do: 'publish' });
  assert.deepEqual(await ann.posts(), ['A: whole']);
  assert.deepEqual(await ann.drafts(), []);
});

test('forms without the newer fields publish as before, and leave drafts alone', async () => {
  const ann = await writer();
  const post = await ann.newPost('Old', 'old');
  await newDraft(client, ann.token, { post_id: post.id, content: 'in work' });
  const fields = { title: 'New', content: 'new' };
  const updated = await ann.post(`/posts/${post.id}/edit`, fields);
  assert.equal(updated.location, `/posts/${post.id}?done=updated`);
  assert.deepEqual(
    (await ann.drafts()).map(({ content }) => content),
    ['in work'],
  );
});

test('the edit page shows the draft of its post, and discarding it leaves the post', async () => {
  const ann = await writer();
  const post = await ann.newPost('Rota', 'as it is');
  const path = `/posts/${post.id}/edit`;
  const edit = fieldsOf(await ann.get(path));
  assert.deepEqual([edit['draft'], edit['version']], ['', '1']);
  const saved = await ann.post(path, { ...edit, content: 'next', do: 'save' });
  const id = idIn(saved);
  assert.equal((await ann.read(post.id)).content, 'as it is');
  const page = await ann.get(path);
  assert.match(page.text, /Draft, saved/);
  assert.ok(linksOf(page).includes(`/posts/${post.id}`));
  assert.ok(linksOf(page).includes(`/drafts/${id}/delete`));
  assert.equal(valuesOf(page)['content'], 'next');
  const question = await ann.get(`/drafts/${id}/delete`);
  assert.match(question.text, /Delete Draft\?.*The post itself stays as it is/s);
  assert.equal((await ann.drafts()).length, 1, 'asking deletes nothing');
  const deleted = await ann.post(`/drafts/${id}/delete`);
  assert.equal(statusOf(await ann.follow(deleted)), 'Draft deleted.');
  assert.equal(valuesOf(await ann.get(path))['content'], 'as it is');
  const published = await ann.post(path, { ...edit, content: 'next', do: 'publish' });
  assert.equal(published.location, `/posts/${post.id}?done=updated`);
});

test('a script is told the draft and its version, and in a conflict what is saved', async () => {
  const ann = await writer();
  const json = { accept: 'application/json' };
  const fields = { title: 'T', content: 'x', draft: '', form_key: randomUUID(), do: 'save' };
  const made = await ann.post('/posts/new', fields, json);
  const saved = JSON.parse(made.text) as Saved;
  assert.deepEqual(Object.keys(saved), ['message', 'location', 'draft', 'version', 'saved_at']);
  assert.deepEqual([saved.location, saved.version], [`/drafts/${saved.draft}`, 1]);
  const stale = await ann.post(
    saved.location,
    { ...fields, content: 'y', draft_version: '7' },
    json,
  );
  assert.equal(stale.status, 409);
  assert.deepEqual(JSON.parse(stale.text), {
    detail: 'This draft was saved by another tab or device. Both versions are kept.',
    current: {
      over: 'draft',
      draft: saved.draft,
      version: 1,
      title: 'T',
      content: 'x',
      format: 'text',
      audience: 'blog',
      tags: '',
    },
  });
  const gone = await ann.post('/drafts/999999', { ...fields, draft_version: '1' }, json);
  assert.equal(gone.status, 404);
});

test('somebody else’s draft is not found, whatever is done to it', async () => {
  const [ann, bob] = [await writer(), await writer()];
  const draft = await newDraft(client, ann.token, { title: 'Ann’s', content: 'x' });
  for (const path of [`/drafts/${draft.id}`, `/drafts/${draft.id}/delete`]) {
    assert.equal((await bob.get(path)).status, 404);
    for (const button of ['save', 'publish', 'mine', 'theirs', 'together']) {
      const fields = { title: 'x', content: 'x', draft_version: '1', over: 'draft', do: button };
      const refused = await bob.post(path, fields);
      assert.equal(refused.status, 404, `${button} ${path}`);
      assert.doesNotMatch(refused.text, /Ann’s/);
    }
  }
  const named = { draft: String(draft.id), draft_version: '1', title: 'x', content: 'x' };
  for (const button of ['save', 'publish']) await bob.post('/posts/new', { ...named, do: button });
  assert.deepEqual(await ann.drafts(), [draft]);
});

test('the list has every draft, last saved first, with what it is and when it comes', async () => {
  const ann = await writer();
  assert.match((await ann.get('/drafts')).text, /There are no drafts/);
  assert.doesNotMatch((await ann.get('/')).text, /class="dot"/);
  const post = await ann.newPost('The post', 'x');
  await newDraft(client, ann.token, { content: 'First words only' });
  await newDraft(client, ann.token, { title: 'Timed', publish_at: '2099-03-28T09:30:00Z' });
  await newDraft(client, ann.token, { post_id: post.id, title: 'Next <b>' });
  const { text } = await ann.get('/drafts');
  assert.match(text, /Next &lt;b&gt;.*The post.*Timed.*Will be published.*2099.*First words only/s);
  for (const path of ['/', '/posts/new', '/account']) {
    assert.match(
      (await ann.get(path)).text,
      /class="dot"[^>]*><span class="visually-hidden">Drafts/,
    );
  }
  assert.doesNotMatch((await createVisitor(server.url).get('/')).text, /class="dot"/);
});

test('if the session ends while one writes, the draft is saved after the login', async () => {
  const ann = await writer();
  const { id } = await newDraft(client, ann.token, { title: 'T', content: 'x' });
  const page = { ...fieldsOf(await ann.get(`/drafts/${id}`)), content: 'typed', do: 'save' };
  const other = createVisitor(server.url);
  const asked = await other.post(`/drafts/${id}`, page);
  assert.equal(asked.status, 401);
  assert.match(summaryOf(asked), /What you wrote is kept/);
  const login = { ...fieldsOf(asked), username: ann.email, password: ann.password };
  const sent = await other.post('/login', login);
  assert.deepEqual([sent.status, sent.location], [307, `/drafts/${id}`]);
  const saved = await other.post(sent.location, login);
  assert.equal(saved.location, `/drafts/${id}?done=saved`);
  assert.deepEqual(
    (await ann.drafts()).map(({ content }) => content),
    ['typed'],
  );
});

test('more drafts than there may be are refused on pages too, and the text stays in the form', async () => {
  const ann = await writer();
  const row = { user_id: ann.id, title: 't', content: '', format: 'text' as const };
  const times = { created_at: 0, updated_at: 0 };
  await server.context.db
    .insertInto('drafts')
    .values(Array.from({ length: 200 }, () => ({ ...row, ...times })))
    .execute();
  const fields = { title: 'T', content: 'typed', draft: '', form_key: randomUUID(), do: 'save' };
  const refused = await ann.post('/posts/new', fields);
  assert.equal(refused.status, 400);
  assert.match(summaryOf(refused), /You have 200 drafts/);
  assert.equal(valuesOf(refused)['content'], 'typed');
});
