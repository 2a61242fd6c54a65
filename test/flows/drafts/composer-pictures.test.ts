import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { placeholder } from '../../../src/text/placeholders.ts';
import { becomes } from '../../support/awaited.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { multipart, MULTIPART } from '../../support/multipart.ts';
import { png } from '../../support/pictures.ts';
import { createVisitor, errorsOf, statusOf, summaryOf, valuesOf } from '../../support/visitor.ts';
import {
  openComposer,
  fieldsOf,
  file,
  contentOf,
  alertsOf,
  fill,
  small,
} from '../../support/flows/composer-pictures.ts';

const { server, writer } = await openComposer();
const drawing = await png({ width: 40, height: 60 });

test('“Add pictures” saves the draft, and comes back with the references at the end of the text', async () => {
  const { add, follow, drafts, get } = await writer();
  const form = { ...fill('Trip', 'One\r\n\r\nTwo'), form_key: crypto.randomUUID() };
  const answer = await add('/posts/new', form, [file('a.jpg', small), file('b.png', drawing)]);
  const page = await follow(answer);
  assert.equal(statusOf(page), 'Pictures added at the end of the text. Describe them below.');
  const [draft, ...others] = await drafts();
  assert.deepEqual(others, []);
  assert.equal(draft?.title, 'Trip');
  const [, one, two] = /\/pictures\/(\d+).*\/pictures\/(\d+)/s.exec(draft.content) ?? [];
  assert.equal(draft.content, `One\n\nTwo\n\n![](/pictures/${one})\n\n![](/pictures/${two})\n`);
  assert.equal(contentOf(page), draft.content);
  assert.deepEqual(
    [...page.text.matchAll(/data-picture="(\d+)"/g)].map(([, id]) => id),
    [one, two, '0'],
  );
  const [thumbnail = ''] = /\/media\/post_480\/[0-9a-f]{32}\.webp/.exec(page.text) ?? [];
  assert.equal((await get(thumbnail)).status, 200);
});

test('pictures alone begin a draft', async () => {
  const { add, drafts } = await writer();
  assert.equal((await add('/posts/new', fill('', ''), [file('a.jpg', small)])).status, 303);
  assert.match((await drafts())[0]?.content ?? '', /^!\[\]\(\/pictures\/\d+\)\n$/);
});

test('what is refused is named with its reason, and all else is saved', async () => {
  const { add, drafts } = await writer();
  const before = await mediaFiles(server.dataDir);
  const page = await add('/posts/new', fill('Trip', 'Words'), [
    file('huge.jpg', Buffer.concat([small, Buffer.alloc(300 * 1024)])),
    file('good.jpg', small),
    file('<notes>.txt', Buffer.from('no picture')),
  ]);
  assert.equal(page.status, 200, page.text);
  const invalid = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';
  assert.deepEqual(alertsOf(page), [
    `Not added; everything else is saved: huge.jpg : File too large. Maximum size is 256KB. &lt;notes&gt;.txt : ${invalid}`,
  ]);
  const [draft] = await drafts();
  assert.match(draft?.content ?? '', /^Words\n\n!\[\]\(\/pictures\/\d+\)\n$/);
  assert.equal(contentOf(page), draft?.content);
  assert.equal(valuesOf(page)['draft_version'], String(draft?.version));
  assert.equal((await mediaFiles(server.dataDir)).length, before.length + 4);
});

test('more files than are taken at once are named, too, and so is the 51st picture', async () => {
  const { add } = await writer();
  const large = Buffer.concat([small, Buffer.alloc(250 * 1024)]);
  const many = Array.from({ length: 21 }, (_, n) => file(`${n + 1}.jpg`, n < 20 ? small : large));
  const first = await add('/posts/new', fill('Trip', ''), many);
  assert.match(alertsOf(first)[0] ?? '', /^[^:]*: 21\.jpg : Only 20 files are taken at once\./);
  const [, id] = /\/pictures\/(\d+)/.exec(contentOf(first)) ?? [];
  const content = `![](/pictures/${id})\n`.repeat(49);
  const form: Record<string, string> = { ...fieldsOf(first), content };
  const path = `/drafts/${form['draft']}`;
  const full = await add(path, form, [file('50.jpg', small), file('51.jpg', small)]);
  assert.deepEqual(alertsOf(full), [
    'Not added; everything else is saved: 51.jpg : A post shows at most 50 pictures. Remove one first.',
  ]);
  // The page that came back is one that goes on.
  const next = { ...fieldsOf(full), content: 'Words' };
  assert.equal((await add(path, next, [file('a.jpg', small)])).status, 303);
});

test('without a file, or for a plain text, nothing is lost', async () => {
  const { add, drafts } = await writer();
  const none = await add('/posts/new', fill('Trip', 'Words'), [file('', Buffer.alloc(0))]);
  assert.equal(summaryOf(none), 'Choose pictures first, then add them.');
  const plain = await add('/posts/new', { title: 'Plain', content: 'Words', format: 'text' }, [
    file('a.jpg', small),
  ]);
  assert.match(summaryOf(plain), /^Only texts written as Markdown show pictures\./);
  assert.equal(contentOf(plain), 'Words');
  const saved = (await drafts()).map(({ title, content }) => `${title}: ${content}`);
  assert.deepEqual(saved.toSorted(), ['Plain: Words', 'Trip: Words']);
});

test('if the session has ended, no file is taken and the text is kept for after the login', async () => {
  const { upload } = await writer();
  const id = await upload();
  const stranger = createVisitor(server.url);
  const tray = JSON.stringify([[id, '', '']]);
  const form = { ...fill('Trip', `![](/pictures/${id})`), tray, [`alt-${id}`]: 'A view' };
  const fields = Object.entries({ ...form, do: 'pictures' }).map(([name, data]) => ({
    name,
    data,
  }));
  const body = multipart([...fields, file('a.jpg', small)]);
  const before = await mediaFiles(server.dataDir);
  const page = await stranger.ask('POST', '/posts/new', { body, headers: MULTIPART });
  assert.equal(page.status, 401);
  assert.equal(contentOf(page), `![A view](/pictures/${id})`);
  assert.deepEqual(await mediaFiles(server.dataDir), before);
});

test('a form that is cut short leaves no file', async () => {
  const { cookies } = await writer();
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = multipart([{ name: 'title', data: 'T' }, file('a.jpg', Buffer.alloc(200 * 1024))]);
  const before = await mediaFiles(server.dataDir);
  const request = connect(Number(new URL(server.url).port), '127.0.0.1');
  const head = [
    'POST /posts/new HTTP/1.1',
    'Host: localhost',
    `Cookie: ${cookie}`,
    `Content-Type: ${MULTIPART['content-type']}`,
    `Content-Length: ${body.length}`,
  ];
  request.write(`${head.join('\r\n')}\r\n\r\n`);
  request.write(body.subarray(0, 150 * 1024));
  const spool = () => readdirSync(server.context.config.spoolDir, { recursive: true }).length;
  await becomes(async () => spool() > 0, true);
  request.destroy();
  await becomes(async () => spool(), 0);
  assert.deepEqual(await mediaFiles(server.dataDir), before);
});

test('only a page of the blog may send the form', async () => {
  const { ask, drafts } = await writer();
  const parts = [{ name: 'do', data: 'pictures' }, file('a.jpg', small)];
  const headers = { ...MULTIPART, 'sec-fetch-site': 'cross-site' };
  const answer = await ask('POST', '/posts/new', { body: multipart(parts), headers });
  assert.equal(answer.status, 403);
  assert.deepEqual(await drafts(), []);
});

test('a picture that was not uploaded to its end leaves nothing in a saved text', async () => {
  const { post, get, drafts } = await writer();
  const left = placeholder('view.jpg', 'k1a2');
  const saved = await post('/posts/new', { ...fill('Trip', `One\n\n${left}\n\ntwo`), do: 'save' });
  assert.equal(saved.status, 303);
  assert.equal((await drafts())[0]?.content, 'One\n\ntwo');
  const published = await post('/posts/new', { ...fill('Trip', `${left} One ${left}`) });
  assert.equal(published.status, 303);
  assert.doesNotMatch((await get(published.location)).text, /Uploading/);
  const alone = await post('/posts/new', fill('Trip', left));
  assert.notEqual(errorsOf(alone)['content'], undefined);
});
