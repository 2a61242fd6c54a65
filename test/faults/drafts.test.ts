import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, createClient, type Page, type Person, type Post } from '../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../support/drafts.ts';
import { startDoomed } from '../support/processes/doomed.ts';
import { newPlace, stop } from '../support/processes/trouble.ts';
import { serveHere } from '../support/server.ts';
import { until } from '../support/until.ts';

/** Where a server is killed while it saves a draft or publishes it. */
const STEPS: Record<'save' | 'publish', Record<string, RegExp>> = {
  save: {
    'before the row changes': /^update "drafts"/,
    'before the commit': /^commit$/,
  },
  publish: {
    'before the post is made': /^insert into "posts"/,
    'before the draft goes': /^delete from "drafts"/,
    'before the commit': /^commit$/,
  },
};

const totalOf = async ({ api }: Pick<Client, 'api'>) =>
  (await api<Page>('GET', '/api/posts')).body.total;

describe('a server killed in the middle leaves a draft as it was, to be saved and published', () => {
  const whole = newPlace({ after });
  let ann: Person;
  let draft: Draft;
  before(async () => {
    const server = await (await whole).start();
    ann = await server.person();
    draft = await newDraft(server, ann.token, { title: 'T', content: 'saved' });
    await stop(server);
  });

  for (const [what, steps] of Object.entries(STEPS)) {
    for (const [when, at] of Object.entries(steps)) {
      test(`${what}, ${when}`, async (t) => {
        const { place, service, url } = await startDoomed(t, await whole, at);
        const { token } = ann;
        const path = `/api/drafts/${draft.id}`;
        const { api } = createClient(url);
        const save = { token, json: { content: 'next' }, headers: ifMatch(draft) };
        const asked =
          what === 'save' ? api('PATCH', path, save) : api('POST', `${path}/publish`, { token });
        await assert.rejects(asked);
        assert.equal((await service.ended).signal, 'SIGKILL');

        await using next = await serveHere(place);
        assert.deepEqual((await next.api('GET', path, { token })).body, draft);
        assert.equal(await totalOf(next), 0);
        assert.equal((await next.api('PATCH', path, save)).status, 200);
        assert.equal((await next.api('POST', `${path}/publish`, { token })).status, 201);
        assert.equal(await totalOf(next), 1);
      });
    }
  }
});

test('of two servers, one takes each save, and each draft becomes one post', async (t) => {
  const place = await newPlace(t);
  const both = await Promise.all([place.start(), place.start()]);
  const [first, second] = both;
  const { token, email, password } = await first.person();
  let draft = await newDraft(first, token, { title: 'T', content: 'start' });
  const path = `/api/drafts/${draft.id}`;
  for (let round = 0; round < 8; round++) {
    const saves = [first, second, first, second].map((server, index) =>
      server.api<Draft>('PATCH', path, {
        token,
        json: { content: `${round} by ${index}` },
        headers: ifMatch(draft),
      }),
    );
    const answers = await Promise.all(saves);
    const taken = answers.filter(({ status }) => status === 200);
    assert.equal(taken.length, 1, answers.map(({ status, text }) => `${status} ${text}`).join());
    assert.ok(answers.every(({ status }) => status === 200 || status === 412));
    draft = taken[0]?.body ?? draft;
    for (const { api } of both) {
      assert.deepEqual((await api('GET', path, { token })).body, draft, 'on both');
    }
  }
  const publishing = [first, second, second, first].map(({ api }) =>
    api<Post>('POST', `${path}/publish`, { token }),
  );
  const statuses = (await Promise.all(publishing)).map(({ status }) => status);
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [201, 404, 404, 404],
  );
  assert.equal(await totalOf(second), 1);

  // What is due when both start, both try to publish.
  const publish_at = new Date(Date.now() - 1000).toISOString();
  await stop(second);
  const due = ['a', 'b', 'c', 'd'].map((title) => ({ title, content: 'x', publish_at }));
  await Promise.all(due.map((json) => newDraft(first, token, json)));
  await stop(first);
  const [third, fourth] = await Promise.all([place.start(), place.start()]);
  await until('the drafts are published', async () => (await totalOf(third)) >= 5 || undefined);
  const login = await fourth.login(email, password);
  const drafts = await until('the drafts are gone', async () => {
    const sent = { token: login.body.access_token };
    const { body } = await fourth.api<{ total: number }>('GET', '/api/drafts', sent);
    return body.total === 0 ? body : undefined;
  });
  assert.equal(drafts.total, 0);
  await Promise.all([stop(third), stop(fourth)]);
  const last = await place.start();
  assert.equal(await totalOf(last), 5);
  await stop(last);
});
