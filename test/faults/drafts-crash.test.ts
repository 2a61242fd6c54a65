import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type Person, type Post } from '../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../support/drafts.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { startDoomed } from '../support/processes/doomed.ts';
import { verifyPostCounts } from '../support/databases/post-counts.ts';
import { newPlace, type Place, type Running, stop } from '../support/processes/trouble.ts';

/** What the database says of posts and drafts, once it is sure that it does not contradict itself. */
interface Found {
  posts: { id: number; content: string }[];
  drafts: { id: number; post_id: number | null; content: string }[];
}

/**
 * Reads posts and drafts. Asserts that each post has the text it is shown as and a revision of what it says, and that no
 * draft is there that was published.
 */
async function look({ dataDir }: Place): Promise<Found> {
  const { db } = await openLedger(dataDir);
  try {
    await verifyPostCounts(db);
    const posts = await db.selectFrom('posts').select(['id', 'content']).orderBy('id').execute();
    const drafts = await db.selectFrom('drafts').select(['id', 'post_id', 'content']).execute();
    const texts = await db.selectFrom('post_texts').select(['post_id', 'plain']).execute();
    const shown = new Map(texts.map(({ post_id, plain }) => [post_id, plain]));
    const revisions = await db
      .selectFrom('revisions')
      .select(['post_id', 'content'])
      .where('published', '=', 1)
      .orderBy('id')
      .execute();
    const newest = new Map(revisions.map(({ post_id, content }) => [post_id, content]));
    assert.equal(texts.length, posts.length);
    for (const { id, content } of posts) {
      assert.equal(shown.get(id), content, 'what readers see');
      assert.equal(newest.get(id), content, 'what its history says');
    }
    const published = await db.selectFrom('published_drafts').selectAll().execute();
    for (const { draft_id, post_id } of published) {
      assert.ok(posts.some(({ id }) => id === post_id));
      assert.ok(!drafts.some(({ id }) => id === draft_id), 'a draft and its post');
    }
    return { posts, drafts };
  } finally {
    await db.destroy();
  }
}

const STEPS = [/^update "posts"/, /^delete from "drafts"/, /^insert into "revisions"/, /^commit$/];

describe('a server killed while it publishes the draft of a post leaves both as they were', () => {
  const model = newPlace({ after });
  let ann: Person;
  let draft: Draft;
  let whole: Found;
  before(async () => {
    const server = await (await model).start();
    ann = await server.person();
    const { id: post_id } = await server.post(ann.token, 'T', 'published');
    draft = await newDraft(server, ann.token, { post_id, content: 'saved' });
    await stop(server);
    whole = await look(await model);
  });

  for (const at of STEPS) {
    test(`before ${at.source}`, async (t) => {
      const { place, service, url } = await startDoomed(t, await model, at);
      const publish = `/api/drafts/${draft.id}/publish`;
      const { api } = createClient(url);
      await assert.rejects(api('POST', publish, { token: ann.token }));
      assert.equal((await service.ended).signal, 'SIGKILL');
      assert.deepEqual(await look(place), whole);
    });
  }
});

const WRITERS = 4;
const KILLS = 4;

/** What one writer has been told, and what they have sent without an answer. */
interface Told {
  person: Person;
  /** Contents of posts that the server says are published, by id. */
  posts: Map<number, string>;
  draft: { id: number; content: string } | null;
  /** Posts that have a draft from before a kill. */
  busy: Set<number | null>;
  /** The save or the publication whose answer never came. */
  open: { content?: string; publishes?: boolean } | null;
}

let written = 0;

/** Saves and publishes until the server is gone; every text is another. */
async function write({ api }: Running, told: Told, onAnswer: () => void): Promise<void> {
  const { token } = told.person;
  for (;;) {
    // Of a post of their own each second time.
    const free = [...told.posts.keys()].filter((id) => !told.busy.has(id));
    const postId = written % 2 === 0 ? (free.at(-1) ?? null) : null;
    const content = `text ${++written}`;
    told.open = { content };
    const begun = { title: 'T', content, ...(postId !== null && { post_id: postId }) };
    let draft = (await api<Draft>('POST', '/api/drafts', { token, json: begun })).body;
    told.draft = { id: draft.id, content };
    for (let save = 0; save < 3; save++) {
      const next = `text ${++written}`;
      told.open = { content: next };
      const sent = { token, json: { content: next }, headers: ifMatch(draft) };
      const answer = await api<Draft>('PATCH', `/api/drafts/${draft.id}`, sent);
      assert.equal(answer.status, 200, answer.text);
      draft = answer.body;
      told.draft = { id: draft.id, content: next };
      onAnswer();
    }
    told.open = { publishes: true };
    const answer = await api<Post>('POST', `/api/drafts/${draft.id}/publish`, { token });
    assert.ok([200, 201].includes(answer.status), answer.text);
    told.posts.set(answer.body.id, draft.content);
    told.draft = null;
    told.open = null;
    onAnswer();
  }
}

test('a server killed again and again under writers loses nothing it has acknowledged, and publishes nothing by halves', async (t) => {
  const place = await newPlace(t);
  let server = await place.start();
  const people = await Promise.all(Array.from({ length: WRITERS }, () => server.person()));
  const tolds = people.map((person): Told => ({
    person,
    posts: new Map(),
    draft: null,
    busy: new Set(),
    open: null,
  }));
  for (let kill = 0; kill < KILLS; kill++) {
    const running = server;
    let left = 15 + Math.floor(Math.random() * 20);
    const onAnswer = () => {
      // In the middle of whatever comes next.
      if (--left === 0) setTimeout(() => running.service.kill('SIGKILL'), Math.random() * 8);
    };
    await Promise.all(
      tolds.map(async (told) => {
        await assert.rejects(write(running, told, onAnswer), (error: Error) => {
          // What the server answered was right until it was gone.
          return (left <= 0 && error.name !== 'AssertionError') || assert.fail(error);
        });
      }),
    );
    await running.service.ended;
    const found = await look(place);
    for (const told of tolds) settle(told, found);
    server = await place.start();
  }
  await stop(server);
});

/** Asserts that the database has what a writer was told, and learns what became of what was open. */
function settle(told: Told, { posts, drafts }: Found): void {
  const contentOf = new Map(posts.map(({ id, content }) => [id, content]));
  const { draft, open } = told;
  const row = draft && drafts.find(({ id }) => id === draft.id);
  if (draft && row) {
    const possible = [draft.content, ...(open?.content === undefined ? [] : [open.content])];
    assert.ok(possible.includes(row.content), `${row.content} instead of ${draft.content}`);
  } else if (draft) {
    assert.ok(open?.publishes, `the draft ${draft.content} is gone`);
    const post = posts.find(({ content }) => content === draft.content);
    assert.ok(post, `${draft.content} is neither draft nor post`);
    told.posts.set(post.id, draft.content);
  }
  for (const [id, content] of told.posts) assert.equal(contentOf.get(id), content);
  told.draft = null;
  told.open = null;
  told.busy = new Set(drafts.map(({ post_id }) => post_id));
}
