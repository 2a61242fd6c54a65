import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type Person } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { verifyPostCounts } from '../support/databases/post-counts.ts';
import { newPlace, type Place, stop } from '../support/processes/trouble.ts';
import { createVisitor } from '../support/visitor.ts';

const DIE_AT = import.meta.resolve('../support/processes/die-at.ts');

/** What the database says of the post after the kill. */
interface Found {
  content: string;
  state: string;
  /** Contents of its revisions, oldest first. */
  revisions: string[];
  drafts: number;
}

const BEFORE: Found = { content: 'one', state: 'published', revisions: ['one'], drafts: 0 };

/** Where the server is killed. Until the commit everything is as before. */
const STEPS = {
  change: [/^begin$/, /^update "posts"/, /^insert into "revisions"/, /^commit$/],
  unpublish: [/^begin$/, /^insert into "drafts"/, /^update "posts"/, /^commit$/],
};

const model = await newPlace({ after });
let ann: Person;
let postId: number;

describe('a server killed in the middle leaves a post with the history that it had', () => {
  before(async () => {
    const server = await model.start();
    ann = await server.person();
    ({ id: postId } = await server.post(ann.token, 'A title', 'one'));
    await stop(server);
  });

  for (const [what, steps] of Object.entries(STEPS)) {
    for (const at of steps) {
      test(`${what}, before ${at.source}`, async (t) => {
        const place = await newPlace(t, { model });
        const variables = { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_AT: at.source };
        const { service, url } = await place.start(variables);
        const browser = createVisitor(url);
        if (what === 'unpublish') await browser.signIn(ann);
        service.kill('SIGUSR2');
        await service.says(/armed/);
        const sent = { token: ann.token, json: { content: 'two' } };
        await assert.rejects(
          what === 'change'
            ? createClient(url).api('PATCH', `/api/posts/${postId}`, sent)
            : browser.post(`/posts/${postId}/unpublish`),
        );
        assert.equal((await service.ended).signal, 'SIGKILL');
        assert.deepEqual(await look(place), BEFORE);
      });
    }
  }

  async function look({ dataDir }: Place): Promise<Found> {
    const { db } = await openLedger(dataDir);
    await verifyPostCounts(db);
    const post = await db
      .selectFrom('posts')
      .select(['content', 'state'])
      .where('id', '=', postId)
      .executeTakeFirstOrThrow();
    const revisions = await db.selectFrom('revisions').select('content').orderBy('id').execute();
    const drafts = await db.selectFrom('drafts').select('id').execute();
    await db.destroy();
    const contents = revisions.map(({ content }) => content);
    return { ...post, revisions: contents, drafts: drafts.length };
  }
});
