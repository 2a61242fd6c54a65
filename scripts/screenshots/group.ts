import assert from 'node:assert/strict';
import type { Role } from '../../src/db/schema.ts';
import { changeSetting } from '../../src/settings/settings.ts';
import { createClient, type Client, type Person } from '../../test/support/client.ts';
import { commentsOn } from '../../test/support/comments.ts';
import { newDraft } from '../../test/support/drafts.ts';
import type { TestServer } from '../../test/support/server.ts';
import { createVisitor, type Visitor } from '../../test/support/visitor.ts';

const ABOUT = `We row, mend, cook and argue in the **boathouse** at the third lock.

# When

The stove is lit on Saturdays from half past three. Bring a log.

# Who

Whoever comes twice is a member. _Nobody_ has to row.`;

const LINKS = 'Imprint https://example.org/imprint\nWrite to us mailto:post@example.org';

interface Blog {
  server: TestServer;
  client: Client;
}

/** Somebody with a role, and the browser in which they are signed in. */
async function join(
  { server, client }: Blog,
  name: string,
  role: Role,
): Promise<[Person, Visitor]> {
  const person = await client.person(name);
  const { db } = server.context;
  await db.updateTable('users').set({ role }).where('id', '=', person.id).execute();
  const browser = createVisitor(server.url);
  await browser.signIn(person);
  return [person, browser];
}

/** Posts a form that is accepted; returns what it answers. */
async function submit(browser: Visitor, path: string, form: Record<string, string> = {}) {
  const answer = await browser.post(path, form);
  assert.ok([200, 303].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
  return answer;
}

/** The link to a path below this one that a page shows once, without its origin. */
function linkIn({ text }: { text: string }, below: string): string {
  const path = new RegExp(`${below}/[\\w-]+`).exec(text)?.[0];
  if (path === undefined) throw new Error(`there is no link to ${below}`);
  return path;
}

/**
 * Gives the demo's blog an owner, who invites, suspends and hides, with people and reports that wait
 * for a decision. `posts`: ids by title.
 */
export async function runGroup(blog: Blog, idOf: (title: string) => number, noor: Person) {
  const { server, client } = blog;
  const [owner, browser] = await join(blog, 'Ada Keller', 'owner');
  await changeSetting(server.context, 'about', ABOUT);
  await changeSetting(server.context, 'footer-links', LINKS);
  await submit(browser, `/posts/${idOf('Soup rota')}/pin`);

  const terms = { role: 'member', uses: '3', days: '14' };
  await submit(browser, '/admin/invitations', { ...terms, note: 'For the boat builders' });
  await submit(browser, '/admin/invitations/1/revoke');
  const invited = await submit(browser, '/admin/invitations', { ...terms, note: '' });

  const rolf = await client.register('Rolf Petersen');
  await submit(browser, `/admin/people/${rolf.id}/suspend`, {
    days: '7',
    reason: 'Sold oars that were not his.',
  });
  for (const name of ['Wanda Maier', 'A name of many letters, just not fifty of them']) {
    const { id } = await client.register(name);
    const { db } = server.context;
    await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', id).execute();
  }

  const hidden = idOf('Flatbread without an oven');
  await submit(browser, `/posts/${hidden}/moderate/hide`, { reason: 'The pan was never dry.' });
  const reported = idOf('Walden, argued with');
  const { token } = noor;
  const [comment] = await commentsOn(client, idOf('Mist on the long straight'));
  assert.ok(comment);
  const json = { reason: 'He has never read it. I have the only copy, and it is uncut.' };
  for (const path of [`/api/posts/${reported}/report`, `/api/comments/${comment.id}/report`]) {
    const { status, text } = await client.api('POST', path, { token, json });
    assert.equal(status, 204, text);
  }
  return {
    owner,
    join: linkIn(invited, '/join'),
    suspended: `/admin/people/${rolf.id}`,
    hidden: `/posts/${hidden}`,
    reported: `/posts/${reported}`,
    comment: `/comments/${comment.id}`,
  };
}

/** Gives an author drafts in every state; returns the paths of one that is shared. */
export async function keepDrafts(url: string, author: Person) {
  const client = createClient(url);
  const content = 'Not ready. The barometer is not mine to describe, and yet somebody has to.';
  const { id } = await newDraft(client, author.token, { title: 'On the barometer', content });
  await newDraft(client, author.token, { content: 'Lamps: ask Dele.\nRope: ask nobody.' });
  await newDraft(client, author.token, {
    title: 'The winter opening hours, which begin on the first day of winter and not before',
    content,
    publish_at: new Date(Date.now() + 40 * 24 * 60 * 60 * 1000).toISOString(),
  });
  const browser = createVisitor(url);
  await browser.signIn(author);
  const shared = linkIn(await submit(browser, `/drafts/${id}/share`), '/drafts/shared');
  return { draft: `/drafts/${id}`, shared };
}

/** Makes a new blog for members only, with an owner who takes the first steps, and somebody who waits. */
export async function beginForMembers(server: TestServer) {
  const client = createClient(server.url);
  const [founder] = await join({ server, client }, 'Marta Nowak', 'owner');
  await changeSetting(server.context, 'tagline', 'News for those who live on the third lock');
  await changeSetting(server.context, 'accent', 'sea');
  await changeSetting(server.context, 'registration', 'approval');
  await changeSetting(server.context, 'readers', 'members');
  const applicant = await client.register('Wanda Maier');
  return { founder, applicant };
}
