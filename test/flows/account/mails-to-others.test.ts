import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smtpServer } from '../../support/servers/smtp-server.ts';
import { openBlog } from '../../support/blog.ts';
import { summaryOf } from '../../support/visitor.ts';

/** Whose it is, this blog does not know. */
const STRANGER = 'stranger@example.com';

test('ten mails an hour reach an address that somebody names, by however many accounts and forms', async (t) => {
  const { port } = await smtpServer(t);
  const mail = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(port), MAIL_USE_TLS: 'false' };
  const { server, someone } = await openBlog({ ...mail, RATE_LIMITS: 'on' });
  const wish = async (email: string) => {
    const { person, browser } = await someone('member');
    const { username, password: current_password } = person;
    return browser.post('/account', { username, email, current_password });
  };
  const editor = await someone('editor');
  const invite = (email: string) =>
    editor.browser.post('/admin/invitations', { uses: '1', days: '7', 'mail-to': email });
  for (let n = 1; n <= 5; n++) {
    assert.equal((await wish(STRANGER)).status, 303);
    // Another case is the same address.
    assert.equal((await invite(STRANGER.toUpperCase())).status, 200);
  }
  for (const refused of [await wish(STRANGER), await invite(STRANGER)]) {
    assert.equal(refused.status, 429, refused.text);
    assert.match(summaryOf(refused), /^Too many requests\. Try again in /);
  }
  const { db } = server.context;
  const count = async (table: 'email_changes' | 'invitations') =>
    (await db.selectFrom(table).selectAll().execute()).length;
  assert.deepEqual([await count('email_changes'), await count('invitations')], [5, 5]);
  assert.equal((await wish('another@example.com')).status, 303);
  assert.equal((await invite('another@example.com')).status, 200);
});
