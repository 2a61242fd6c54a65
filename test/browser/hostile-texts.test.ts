import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { borrowBrowser } from '../support/browser/browser.ts';
import { createClient, type Person } from '../support/client.ts';
import { fileBody, multipart, MULTIPART } from '../support/multipart.ts';
import { mails } from '../support/servers/outbox.ts';
import { png } from '../support/pictures.ts';
import { htmlInAtom, scriptsIn } from '../support/browser/scripted-markup.ts';
import { until } from '../support/until.ts';
import { createVisitor, errorsOf, type Visitor } from '../support/visitor.ts';
import { startWithRoutes } from '../security/routes.ts';

// Every text that people can give is an attack here, and every page, feed, answer and mail is read by a browser's parser.

const server = await startWithRoutes({ FRONTEND_URL: 'http://blog.example' });
const client = createClient(server.url);
let chromium: Awaited<ReturnType<typeof borrowBrowser>>;
let tab: Page;
before(async () => {
  chromium = await borrowBrowser();
  tab = await chromium.browser.newPage();
});
after(async () => {
  await chromium.giveBack();
  await server.stop();
});

/** Ends a title, a script and an attribute, and names the field that it is in. */
const line = (field: string) => `"'></title></script><svg onload=x('${field}')>`;
/** Also ends a field, and attacks what makes links, pictures and notes of a text. */
const text = (field: string) => `${line(field)}

</textarea></p><img src=x onerror=x(1)><script>x(1)</script>

[a](javascript:x(1)) [b](&#106;avascript:x(1)) [c](java&#10;script:x(1)) [d](data:text/html,<script>x(1)</script>)
[e](https://a.example/"onmouseover="x(1)) [f](vbscript:x(1)) <https://a.example/"onmouseover=x(1)> [g](<javascript:x(1)>)
![h](https://a.example/x.png) ![i](javascript:x(1)) ![j](/pictures/1 "\\" onerror=x(1) \\"") https://a.example/<svg/onload=x(1)>
[^1] \`<svg onload=x(1)>\` <!-- <svg onload=x(1)> --> &lt;svg onload=x(1)&gt; <svg><style><img src=x onerror=x(1)></style></svg>

[^1]: <img src=x onerror=x(1)> [k](JaVaScRiPt:x(1))

\`\`\`"><svg onload=x(1)>
<svg onload=x(1)>
\`\`\`

| ${line('cell')} |
| --- |
| <svg onload=x(1)> |`;

/** Somebody signed in, with a role. */
async function someone(username: string, role: 'owner' | 'member') {
  const person = await client.person(username);
  const { db } = server.context;
  await db.updateTable('users').set({ role }).where('id', '=', person.id).execute();
  const browser = createVisitor(server.url, { 'user-agent': `${line('device')} Firefox/140.0` });
  await browser.signIn(person);
  return { person, browser };
}

/** Posts a form, or an answer below `/api`; it must be accepted. */
async function give(who: { person: Person; browser: Visitor }, path: string, fields: object) {
  if (path.startsWith('/api/')) {
    const answer = await client.api('POST', path, { token: who.person.token, json: fields });
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.body as { id: number; html?: string };
  }
  const answer = await who.browser.post(path, fields as Record<string, string>);
  assert.ok(answer.status < 400, `${path}: ${JSON.stringify(errorsOf(answer))}`);
  return { id: 0, html: '' };
}

test('no text that people give becomes markup, wherever it is shown', async () => {
  const owner = await someone(line('owner'), 'owner');
  // Short enough to be mentioned.
  const name = `x"><svg onload=x('name')>`;
  const ann = await someone(name, 'member');
  const eve = await someone('eve', 'member');
  const { db } = server.context;

  await give(owner, '/admin/settings', {
    'site-name': line('blog'),
    tagline: line('tagline'),
    about: text('about'),
    'footer-links': `"'></p><svg onload=x('footer')> https://a.example/"'><svg/onload=x(1)>`,
  });
  await give(ann, '/account', { bio: text('bio').slice(0, 499) });
  const file = { name: 'file', filename: line('file'), data: await png() };
  const alt = { name: 'alt', data: line('alt') };
  const caption = { name: 'caption', data: line('caption') };
  const sent = { body: multipart([alt, caption, file]), headers: MULTIPART };
  const { token } = ann.person;
  const picture = await client.api('POST', '/api/pictures', { ...sent, token });
  assert.equal(picture.status, 201, picture.text);
  const face = { body: fileBody(await png()), headers: MULTIPART, token };
  await client.api('PATCH', `/api/users/${ann.person.id}/picture`, face);

  const content = `${String(picture.body['markdown'])}\n\n${text('text')}`;
  const tags = [`'"><svg onload=x('tag')>`];
  const post = { title: line('title'), content, format: 'markdown', tags };
  const { id } = await give(ann, '/api/posts', post);
  const plain = await give(ann, '/api/posts', {
    title: line('title'),
    content: text('plain'),
    format: 'text',
  });
  await client.api('PATCH', `/api/posts/${id}`, {
    token,
    json: { content: `${content}\n\nMore.` },
  });
  const draft = await give(ann, '/api/drafts', { ...post, title: line('draft') });
  const change = {
    token,
    json: { content: text('draft') },
    headers: { 'if-match': '"1"' },
  };
  assert.equal((await client.api('PATCH', `/api/drafts/${draft.id}`, change)).status, 200);
  const share = await ann.browser.post(`/drafts/${draft.id}/share`);
  const [shared = ''] = /\/drafts\/shared\/[\w-]+/.exec(share.text) ?? [];
  const feeds = await ann.browser.post('/account/feeds');
  const [ownFeed = ''] = /\/feeds\/[\w-]+\/feed\.atom/.exec(feeds.text) ?? [];

  const comment = await give(eve, `/api/posts/${id}/comments`, {
    content: `@${name} ${text('comment')}`,
  });
  assert.match(comment.html ?? '', /class="mention"/);
  await give(ann, `/api/posts/${id}/comments`, { content: 'Well', parent_id: comment.id });
  await give(eve, `/api/posts/${id}/report`, { reason: text('report').slice(0, 500) });
  await give(ann, `/api/comments/${comment.id}/report`, { reason: line('report') });
  await give(owner, '/admin/invitations', { uses: '1', days: '7', note: line('note') });
  await give(owner, `/posts/${plain.id}/moderate/hide`, { reason: line('hidden') });
  await give(owner, `/posts/${id}/pin`, {});
  await client.api('POST', '/api/users/forgot-password', { json: { email: ann.person.email } });
  await give(owner, `/admin/people/${eve.person.id}/suspend`, {
    days: '7',
    reason: line('suspended'),
  });
  const suspended = await createVisitor(server.url).post('/login', {
    username: eve.person.email,
    password: eve.person.password,
  });

  const revisions = await db.selectFrom('revisions').select(['id', 'draft_id']).execute();
  const ofDraft = revisions.find(({ draft_id }) => draft_id !== null)?.id ?? 0;
  const ofPost = revisions.find(({ draft_id }) => draft_id === null)?.id ?? 0;
  const month = new Date().toISOString().slice(0, 7).replace('-', '/');
  const pathOf = (url: string, postId: number) =>
    url
      .replace(':post_id', String(postId))
      .replace(':user_id', String(ann.person.id))
      .replace(':comment_id', String(comment.id))
      .replace(':draft_id', String(draft.id))
      .replace(':revision_id', String(url.startsWith('/drafts') ? ofDraft : ofPost))
      .replace(':picture_id', String(picture.body['id']))
      .replace(':tag', encodeURIComponent(tags[0] ?? ''))
      .replace(':year/:month', month)
      .replace(':file', '1');
  const gets = server.routes.filter(
    ({ method, url }) =>
      method === 'GET' && !url.includes(':token') && !/^\/(?:static|media|docs|redoc)/.test(url),
  );
  const found: string[] = [];
  const shown = new Set<string>();
  const read = async (where: string, markup: string) => {
    for (const [, field] of markup.matchAll(/x\((?:'|&#39;|\\u0027|&#x27;|%27)(\w+)/g)) {
      shown.add(field ?? '');
    }
    for (const start of await scriptsIn(tab, markup)) found.push(`${where}: ${start}`);
  };
  const query = `?q=${encodeURIComponent(line('query'))}&next=${encodeURIComponent(`/${line('next')}`)}`;
  let pages = 0;
  for (const { url } of gets) {
    for (const postId of url.includes(':post_id') ? [id, plain.id] : [0]) {
      for (const [who, browser] of Object.entries({ owner, ann, nobody: undefined })) {
        const visitor = browser?.browser ?? createVisitor(server.url);
        const authorization = `Bearer ${browser?.person.token ?? ''}`;
        const api = url.startsWith('/api/') && browser !== undefined;
        const path = pathOf(url, postId) + (/login|search/.test(url) ? query : '');
        const answer = await visitor.get(path, api ? { authorization } : {});
        assert.notEqual(answer.status, 500, path);
        const type = answer.headers.get('content-type') ?? '';
        if (type.startsWith('text/html')) {
          pages += 1;
          await read(`${path} as ${who}`, answer.text);
        } else if (/atom|feed/.test(type)) {
          for (const markup of await entriesOf(answer.text)) await read(path, markup);
        } else if (type.startsWith('application/json')) {
          for (const markup of markupIn(JSON.parse(answer.text))) await read(path, markup);
        }
      }
    }
  }
  assert.ok(pages > 100, String(pages));
  await read('suspended', suspended.text);
  await read(shared, (await createVisitor(server.url).get(shared)).text);
  const feed = await createVisitor(server.url).get(ownFeed);
  for (const markup of await entriesOf(feed.text)) await read(ownFeed, markup);
  const [mail = ''] = await until('a mail', async () => {
    const all = await mails(server.dataDir);
    return all.length > 0 ? all : undefined;
  });
  await read('mail', mail.slice(mail.indexOf('<!doctype'), mail.indexOf('</html>')));

  assert.deepEqual(found, []);
  // Every one of them was shown, so the templates had the chance to be wrong.
  assert.deepEqual([...shown].toSorted(), SHOWN);
});

const SHOWN = [
  'about',
  'alt',
  'bio',
  'blog',
  'caption',
  'cell',
  'comment',
  'draft',
  'footer',
  'hidden',
  'name',
  'next',
  'note',
  'owner',
  'plain',
  'query',
  'report',
  'suspended',
  'tag',
  'tagline',
  'text',
  'title',
];

/** What a feed reader takes for HTML. */
async function entriesOf(feed: string): Promise<string[]> {
  return feed.startsWith('{') ? markupIn(JSON.parse(feed)) : htmlInAtom(tab, feed);
}

/** The values of all fields that hold HTML. */
function markupIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && name.endsWith('html') ? [inner] : markupIn(inner),
  );
}
