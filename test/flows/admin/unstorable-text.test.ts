import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { newComment } from '../../support/comments.ts';
import { errorsOf } from '../../support/visitor.ts';

// PostgreSQL stores no NUL. No browser sends one, but programs do.

const { server, client, someone } = await openBlog();

test('a form whose text cannot be stored is shown again, and says which field it is', async () => {
  const owner = await someone('owner');
  const ann = await someone('member');
  const { id } = await client.post(owner.person.token);
  const comment = async () => newComment(client, ann.person.token, id, { content: `A ${count++}` });
  let count = 0;
  await changeSetting(server.context, 'first-comments', 'held');
  const held = await comment();
  await changeSetting(server.context, 'first-comments', '');
  const forms: [path: string, field: string, text: string][] = [
    ['/admin/settings', 'footer-links', 'Imprint\0 https://example.org/'],
    ['/admin/settings', 'footer-links', 'Imprint https://example.org/\0'],
    [`/comments/${(await comment()).id}/hide`, 'reason', 'Rude\0'],
    [`/comments/${(await comment()).id}/remove`, 'reason', 'Rude\0'],
    [`/admin/comments/${held.id}/delete`, 'reason', 'Rude\0'],
  ];
  for (const [path, field, text] of forms) {
    const refused = await owner.browser.post(path, { [field]: text });
    assert.equal(refused.status, 422, `${path}: ${refused.text}`);
    // On a page with a form for each comment, their fields are numbered.
    const fields = Object.keys(errorsOf(refused)).map((name) => name.replace(/-\d+$/, ''));
    assert.deepEqual(fields, [field], path);
  }
  const states = await server.context.db.selectFrom('comments').select('state').execute();
  assert.deepEqual(states.map(({ state }) => state).toSorted(), ['held', 'visible', 'visible']);
});

test('a session that cannot be the name of any ends none', async () => {
  const { browser } = await someone('member');
  const answer = await browser.post('/account/sessions/end', { session: 'unknown\0' });
  assert.equal(answer.location, '/account?done=session-ended');
  assert.equal((await browser.get('/account')).status, 200);
});
