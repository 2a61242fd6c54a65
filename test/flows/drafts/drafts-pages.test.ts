import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { type Page, type Post } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';
import {
  createVisitor,
  errorsOf,
  linksOf,
  type Seen,
  statusOf,
  summaryOf,
  valuesOf,
} from '../../support/visitor.ts';

interface List {
  drafts: Draft[];
  total: number;
}
interface Revision {
  title: string;
  content: string;
  published: boolean;
}
/** What a script is told about a save. */
interface Saved {
  message: string;
  location: string;
  draft: number;
  version: number;
  saved_at: string;
}

const { server, client } = await openBlog();

/** A new person with a browser. */
async function writer() {
  const person = await client.person();
  const visitor = createVisitor(server.url);
  await visitor.signIn(person);
  const { token } = person;
  const drafts = async () => (await client.api<List>('GET', '/api/drafts', { token })).body.drafts;
  const post = (title: string, content: string) => client.post(token, title, content);
  const read = async (id: number) => (await client.api<Post>('GET', `/api/posts/${id}`)).body;
  const posts = async () => {
    const { body } = await client.api<Page>('GET', `/api/users/${person.id}/posts`);
    return body.posts.map(({ title, content }) => `${title}: ${content}`);
  };
  const revisions = async (id: number) => {
    const path = `/api/posts/${id}/revisions`;
    const { body } = await client.api<{ revisions: Revision[] }>('GET', path, { token });
    return body.revisions.map((one) => `${one.published ? 'published' : 'kept'}: ${one.content}`);
  };
  return { ...person, ...visitor, drafts, newPost: post, read, posts, revisions };
}

const idIn = ({ location }: Seen) => Number(/^\/drafts\/(\d+)/.exec(location)?.[1]);
/** The form's hidden and visible fields, ready to be posted again. */
const fieldsOf = (page: Seen) =>
  Object.fromEntries(Object.entries(valuesOf(page)).map(([name, value]) => [name, value ?? '']));

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
