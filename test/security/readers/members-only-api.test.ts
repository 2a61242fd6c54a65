import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { createClient } from '../../support/client.ts';
import { newComment } from '../../support/comments.ts';
import { givePostPicture, SECRET_KEY, someone } from '../people.ts';
import { nameOf, startWithRoutes } from '../routes.ts';

// With approval anybody can have an account that waits, and so a token.

const server = await startWithRoutes({ SECRET_KEY });
after(() => server.stop());
const client = createClient(server.url);
const { context } = server;
const author = await someone(server, client);
const waiting = await someone(server, client);
const { id: post } = await client.post(author.token, 'Zanzibar', 'Some text');
const content = `Well, @${waiting.username}`;
const comment = await newComment(client, author.token, post, { content });
const picture = await givePostPicture(context, author);
await context.db
  .updateTable('users')
  .set({ state: 'waiting' })
  .where('id', '=', waiting.id)
  .execute();
await changeSetting(context, 'readers', 'members');

const KNOWN = { post, comment: comment.id, picture, user: author.id };
const NOTHING = { post: 999, comment: 999, picture: 999, user: 999 };
test('in a blog for members, the API answers whoever waits as if there were nothing', async () => {
  const routes = server.routes.filter(
    (route) => route.method !== 'GET' && / \/api\/(?!users)/.test(nameOf(route)),
  );
  assert.ok(routes.length > 15);
  const fields = { title: 'x', content: 'x', reason: 'x', notice_id: 1 };
  for (const route of routes) {
    const answers = [KNOWN, NOTHING].map(async (ids) => {
      const path = Object.entries(ids).reduce(
        (url, [name, id]) => url.replace(`:${name}_id`, String(id)),
        route.url.replaceAll(/:(?:draft|report)_id/g, '1'),
      );
      const sent = { token: waiting.token, json: fields, headers: { 'if-match': '"1"' } };
      const { status, text } = await client.api(route.method, path, sent);
      return { status, text };
    });
    const [known, nothing] = await Promise.all(answers);
    assert.deepEqual(known, nothing, nameOf(route));
    assert.equal(known?.status, 403, `${nameOf(route)}: ${known?.text}`);
  }
});

test('whoever waits is told of nothing until they are let in', async () => {
  const shown = async () => {
    const { text } = await waiting.browser.get('/notices');
    return /<span class="count">/.test((await waiting.browser.get('/waiting')).text + text);
  };
  assert.equal(await shown(), false);
  const { db } = context;
  await db.updateTable('users').set({ state: 'active' }).where('id', '=', waiting.id).execute();
  assert.equal(await shown(), true);
});
