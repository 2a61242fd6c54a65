import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsOf, linksOf, titleOf, valuesOf } from '../../support/visitor.ts';
import { openTags } from '../../support/flows/tags.ts';

const { client, db, ann, writer, editor, reader, write, tagsOf, found } = await openTags();
const idIn = (location: string) => Number(/^\/posts\/(\d+)\?/.exec(location)?.[1]);
const pathOf = (tag: string) => `/tags/${encodeURIComponent(tag)}`;

test('tags are typed in one line, stay in the draft, and are shown under the post', async () => {
  const fields = valuesOf(await writer.get('/posts/new'));
  assert.equal(fields['tags'], '');
  const text = { ...fields, title: 'Typed', content: 'Some text' };
  const tags = 'Typed tag, C++ ，"one, two", typed TAG';
  const saved = await writer.post('/posts/new', { ...text, tags, do: 'save' });
  const draft = valuesOf(await writer.follow(saved));
  assert.equal(draft['tags'], 'Typed tag, C++, "one, two"');
  const path = saved.location.replace(/\?.*/, '');
  const published = await writer.post(path, { ...draft, do: 'publish' });
  const id = idIn(published.location);
  assert.deepEqual(await tagsOf(id), ['Typed tag', 'C++', 'one, two']);
  const post = await reader.get(`/posts/${id}`);
  for (const [name, address] of [
    ['Typed tag', '/tags/typed%20tag'],
    ['C++', '/tags/c%2B%2B'],
    ['one, two', '/tags/one%2C%20two'],
  ] as const) {
    assert.ok(post.text.includes(`<a rel="tag" dir="auto" href="${address}">${name}</a>`), name);
  }

  const edit = valuesOf(await writer.get(`/posts/${id}/edit`));
  assert.equal(edit['tags'], 'Typed tag, C++, "one, two"');
  await writer.post(`/posts/${id}/edit`, { title: 'Without a field', content: 'x' });
  assert.equal((await tagsOf(id)).length, 3, 'a form of an earlier program has no field for them');
  const emptied = valuesOf(await writer.get(`/posts/${id}/edit`));
  await writer.post(`/posts/${id}/edit`, { ...emptied, tags: '', do: 'publish' });
  assert.deepEqual(await tagsOf(id), []);
});

test('what cannot be a tag is said beside the field, and what was typed stays', async () => {
  const fields = valuesOf(await writer.get('/posts/new'));
  for (const [tags, reason] of [
    ['soup, a/b', /“a\/b”: A tag must not have/],
    ['..', /“\.\.”: A tag needs a letter, digit or symbol/],
    ['x'.repeat(31), /“x+”: Must be at most 30 characters/],
    [
      Array.from({ length: 11 }, (_, n) => `t${n}`).join(','),
      /At most 10 are possible, and these are 11/,
    ],
  ] as const) {
    const text = { ...fields, title: 'Refused', content: 'Some text', tags, do: 'publish' };
    const refused = await writer.post('/posts/new', text);
    assert.equal(refused.status, 422);
    assert.match(errorsOf(refused)['tags'] ?? '', reason);
    assert.equal(valuesOf(refused)['tags'], tags);
  }
});

test('two versions of a text show the tags of both, and together have them all', async () => {
  const id = await write(['mine', 'both']);
  const fields = valuesOf(await writer.get(`/posts/${id}/edit`));
  await client.api('PATCH', `/api/posts/${id}`, {
    token: ann.token,
    json: { content: 'Theirs', tags: ['theirs', 'both'] },
  });
  const form = { ...fields, tags: 'mine, both', content: 'Mine', do: 'publish' };
  const conflict = await writer.post(`/posts/${id}/edit`, form);
  assert.equal(conflict.status, 409);
  assert.match(conflict.text, /Tags: <span dir="auto">mine, both</);
  assert.match(conflict.text, /Tags: <span dir="auto">theirs, both</);
  const kept = valuesOf(conflict);
  assert.equal(kept['tags'], 'mine, both');
  const together = await writer.post(`/posts/${id}/edit`, { ...kept, do: 'together' });
  assert.equal(valuesOf(together)['tags'], 'mine, both, theirs');
  const mine = await writer.post(`/posts/${id}/edit`, { ...kept, do: 'mine' });
  assert.equal(mine.status, 303, mine.text);
  assert.deepEqual(await tagsOf(id), ['mine', 'both']);
});

test('a tag has a page with its posts, whatever its name', async () => {
  for (const name of [
    'C++',
    '.net',
    '🎈',
    '汤',
    'a b',
    '100 €',
    '👨‍👩‍👧',
    'x'.repeat(30),
    '🎈'.repeat(30),
  ]) {
    const id = await write([name], { title: `About ${name}` });
    const { text } = await reader.get(`/posts/${id}`);
    const address = /rel="tag" dir="auto" href="([^"]+)"/.exec(text)?.[1] ?? '';
    const page = await reader.get(address);
    assert.equal(page.status, 200, name);
    assert.equal(titleOf(page), `Masthead - Tag: ${name}`);
    assert.ok(page.text.includes(`data-post="${id}"`), name);
    assert.ok(page.text.includes(`${address}/feed.atom"`), 'the page names its feed');
  }
  for (const unknown of ['/tags/nothing', '/tags/..%2f', '/tags/%E0%A4%A', '/tags/C%2B/']) {
    const { status } = await reader.get(unknown);
    assert.ok([404, 400, 307].includes(status), `${unknown}: ${status}`);
  }
  const spelt = await reader.get('/tags/C%2B%2B?skip=0');
  assert.deepEqual([spelt.status, spelt.location], [301, '/tags/c%2B%2B?skip=0']);
});

test('the list of a tag has pages, and all tags are listed with their numbers', async () => {
  const ids: number[] = [];
  for (let n = 0; n < 12; n++) ids.push(await write(['Many']));
  const first = await reader.get('/tags/many');
  assert.match(first.text, /12 posts/);
  const next = linksOf(first).find((link) => link.includes('cursor=')) ?? '';
  assert.match(next, /^\/tags\/many\?/);
  const second = await reader.get(next.replaceAll('&amp;', '&'));
  const shown = `${first.text}${second.text}`;
  for (const id of ids) assert.ok(shown.includes(`/posts/${id}-`), `${id}`);
  assert.match(
    (await reader.get('/tags')).text,
    /href="\/tags\/many">Many<\/a> <span class="meta">12 posts/,
  );
});

test('a tag has feeds, which name the tags of each post', async () => {
  const id = await write(['Fed', 'A & B']);
  await write(['Fed'], { audience: 'members', title: 'Secret' });
  await write(['Another']);
  const atom = await reader.get('/tags/fed/feed.atom');
  assert.equal(atom.status, 200);
  assert.match(atom.text, /<title>Masthead - Tag: Fed<\/title>/);
  assert.match(atom.text, /<category term="Fed"\/>\s*<category term="A &amp; B"\/>/);
  assert.deepEqual(atom.text.match(/<entry>/g)?.length, 1);
  assert.doesNotMatch(atom.text, /Secret/);
  const json = JSON.parse((await reader.get('/tags/FED/feed.json')).text) as {
    items: { id: string; tags: string[] }[];
  };
  assert.deepEqual(
    json.items.map((item) => [item.id.split('/').at(-1), item.tags]),
    [[String(id), ['Fed', 'A & B']]],
  );
  assert.match((await reader.get('/tags/fed/follow')).text, /tags\/fed\/feed\.atom/);
  assert.equal((await reader.get('/tags/nothing/feed.atom')).status, 404);
});

test('a tag that only members or editors see is to others as none', async () => {
  await write(['Hushed'], { audience: 'members' });
  const unknown = await reader.get('/tags/unknown');
  for (const path of ['', '/follow', '/feed.atom', '/feed.json']) {
    assert.equal((await reader.get(`/tags/hushed${path}`)).status, 404, path);
  }
  assert.equal((await reader.get('/tags/HUSHED')).status, 404, 'not even a redirect');
  assert.equal(unknown.status, 404);
  assert.equal((await writer.get('/tags/hushed')).status, 200);
  assert.equal((await writer.get('/tags/hushed/feed.atom')).status, 404, 'feeds are public');
  assert.doesNotMatch((await reader.get('/tags')).text, /Hushed/);
  assert.match((await writer.get('/tags')).text, /Hushed/);
  assert.doesNotMatch((await reader.get('/posts/new')).text, /Hushed/);
  assert.deepEqual(await found('tag:hushed'), []);
  assert.equal((await found('tag:hushed', ann.token)).length, 1);
  assert.deepEqual(await found('text -tag:hushed'), await found('text'));

  const hidden = await write(['Seen once']);
  await db.updateTable('posts').set({ state: 'hidden' }).where('id', '=', hidden).execute();
  for (const who of [reader, writer, editor]) {
    assert.equal((await who.get(pathOf('seen once'))).status, 404);
  }
});

test('posts are found by several tags, by words and by what they have not', async () => {
  const both = await write(['Pea soup', 'Winter'], { title: 'Green', content: 'Peas and mint' });
  const one = await write(['Pea soup'], { title: 'Yellow', content: 'Peas and ham' });
  assert.deepEqual(await found('tag:"PEA soup"'), [one, both]);
  assert.deepEqual(await found('tag:"pea soup" tag:winter'), [both]);
  assert.deepEqual(await found('tag:"pea soup" -tag:winter'), [one]);
  assert.deepEqual(await found('peas tag:winter'), [both]);
  assert.deepEqual(await found('tag:winter ham'), []);
  assert.deepEqual(await found('tag:nothing'), []);
  assert.deepEqual(await found('by:ann tag:winter'), [both]);
  await client.api('PATCH', `/api/posts/${both}`, { token: ann.token, json: { tags: [] } });
  assert.deepEqual(await found('tag:winter'), []);
});
