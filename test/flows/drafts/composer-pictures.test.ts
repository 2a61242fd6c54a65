import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { placeholder } from '../../../src/text/placeholders.ts';
import { becomes } from '../../support/awaited.ts';
import { openBlog } from '../../support/blog.ts';
import type { Post } from '../../support/client.ts';
import type { Draft } from '../../support/drafts.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { multipart, MULTIPART, type Part } from '../../support/multipart.ts';
import { photo, png } from '../../support/pictures.ts';
import {
  createVisitor,
  errorsOf,
  type Seen,
  statusOf,
  summaryOf,
  valuesOf,
} from '../../support/visitor.ts';

const { server, client } = await openBlog({ MAX_UPLOAD_SIZE_BYTES: String(256 * 1024) });
const small = await photo({ width: 60, height: 40 });
const drawing = await png({ width: 40, height: 60 });

const file = (filename: string, data: Buffer): Part => ({ name: 'pictures', filename, data });

/** A new person with a browser that runs no scripts. */
async function writer() {
  const person = await client.person();
  const visitor = createVisitor(server.url);
  await visitor.signIn(person);
  const { token } = person;
  /** Posts the form as its button for pictures does. */
  const add = (path: string, form: Record<string, string>, files: Part[]) => {
    const fields = Object.entries({ ...form, do: 'pictures' });
    const parts = [...fields.map(([name, data]) => ({ name, data })), ...files];
    return visitor.ask('POST', path, { body: multipart(parts), headers: MULTIPART });
  };
  const drafts = async () =>
    (await client.api<{ drafts: Draft[] }>('GET', '/api/drafts', { token })).body.drafts;
  /** The text of a picture’s reference, of one that was sent by the API. */
  const upload = async () => {
    const body = multipart([{ name: 'file', filename: 'a.jpg', data: small }]);
    const sent = { token, body, headers: MULTIPART };
    return (await client.api<{ id: number }>('POST', '/api/pictures', sent)).body.id;
  };
  return { ...person, ...visitor, add, drafts, upload };
}

/** The fields of a page's form, as a browser posts them. */
const fieldsOf = (page: Seen): Record<string, string> => {
  const all = valuesOf(page);
  const names = Object.keys(all).filter((name) => name !== 'pictures' && !name.endsWith('-0'));
  const format = /<option value="(\w+)" selected>(?:Markdown|Plain text)/.exec(page.text)?.[1];
  const fields = names.map((name) => [name, all[name] ?? '']);
  return { ...(Object.fromEntries(fields) as Record<string, string>), format: format ?? '' };
};
const contentOf = (page: Seen) => (valuesOf(page)['content'] ?? '').replaceAll('\r\n', '\n');
const alertsOf = ({ text }: Seen) =>
  [...text.matchAll(/<div class="alert alert-\w+" role="alert"[^>]*>(.*?)<\/div>/gs)]
    .map(([, inner = '']) =>
      inner
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean);
const fill = (title: string, content: string) => ({ title, content, format: 'markdown' });

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

test('texts of pictures are saved by the same form, and what was typed into the text wins where its field is unchanged', async () => {
  const { upload, post, get, follow, drafts } = await writer();
  const [one, two] = [await upload(), await upload()];
  const content = `![](/pictures/${one})\n\n![Mine](/pictures/${two})`;
  const page = await follow(await post('/posts/new', { ...fill('Trip', content), do: 'save' }));
  const fields = fieldsOf(page);
  assert.equal(fields[`alt-${two}`], 'Mine');
  fields[`alt-${one}`] = 'A [wide] view';
  fields[`caption-${one}`] = 'At noon';
  fields['content'] = content.replace('Mine', 'Typed');
  const path = `/drafts/${fields['draft']}`;
  await post(path, { ...fields, do: 'save' });
  const expected =
    String.raw`![A \[wide\] view](/pictures/${one} "At noon")` + `\n\n![Typed](/pictures/${two})`;
  assert.equal((await drafts())[0]?.content, expected);
  const next = fieldsOf(await get(path));
  assert.equal(next[`alt-${one}`], 'A [wide] view');
  assert.equal(next[`alt-${two}`], 'Typed');
  const long = await post(path, { ...next, [`alt-${one}`]: 'x'.repeat(501), do: 'save' });
  assert.deepEqual(errorsOf(long), { [`alt-${one}`]: 'Must be at most 500 characters.' });
  assert.equal(valuesOf(long)[`alt-${one}`]?.length, 501);
  assert.equal((await drafts())[0]?.content, expected);
});

test('the buttons of a picture move, remove and insert it', async () => {
  const { upload, post, follow } = await writer();
  const [one, two] = [await upload(), await upload()];
  const content = `Words\n\n![One](/pictures/${one})\n\n![](/pictures/${two})\n`;
  let page = await follow(await post('/posts/new', { ...fill('Trip', content), do: 'save' }));
  const press = async (button: string) => {
    const path = `/drafts/${fieldsOf(page)['draft']}`;
    const answer = await post(path, { ...fieldsOf(page), do: button });
    assert.match(answer.location, /#pictures$/);
    page = await follow(answer);
    return contentOf(page);
  };
  const swapped = `Words\n\n![](/pictures/${two})\n\n![One](/pictures/${one})\n`;
  assert.equal(await press(`down-${one}`), swapped);
  assert.equal(await press(`up-${one}`), content);
  assert.equal(await press(`remove-${two}`), `Words\n\n![One](/pictures/${one})\n\n`);
  assert.match(page.text, new RegExp(`data-unused="${two}"`));
  assert.equal(await press(`insert-${two}`), content);
  assert.doesNotMatch(page.text, /data-unused/);
});

test('nobody inserts a picture of somebody else, or sees it in the tray', async () => {
  const { upload } = await writer();
  const id = await upload();
  const { post, follow } = await writer();
  const page = await follow(
    await post('/posts/new', { ...fill('T', `![](/pictures/${id})`), do: 'save' }),
  );
  assert.doesNotMatch(page.text, new RegExp(`data-picture="${id}"|data-unused`));
  const path = `/drafts/${fieldsOf(page)['draft']}`;
  const refused = await post(path, { ...fieldsOf(page), do: `insert-${id}` });
  assert.notEqual(refused.status, 303);
});

test('publishing asks once for the alt texts that are missing, and never blocks', async () => {
  const { upload, post, get, follow } = await writer();
  const [one, two] = [await upload(), await upload()];
  const content = `![](/pictures/${one}) ![](/pictures/${two}) ![Said](/pictures/${await upload()})`;
  const page = await get('/posts/new');
  const form = { ...fieldsOf(page), ...fill('Trip', content), do: 'publish' };
  const asked = await post('/posts/new', form);
  assert.equal(asked.status, 409);
  assert.match(
    alertsOf(asked)[0] ?? '',
    /^Describe these 2 pictures, or say they are decoration\./,
  );
  assert.equal(contentOf(asked), content);
  const described = { ...fieldsOf(asked), [`alt-${one}`]: 'A view', do: 'publish' };
  const made = await post('/posts/new', described);
  assert.equal(statusOf(await follow(made)), 'Post "Trip" created successfully!');
  const [, id] = /^\/posts\/(\d+)/.exec(made.location) ?? [];
  const { body } = await client.api<Post>('GET', `/api/posts/${id}`);
  assert.equal(body.content, content.replace('![]', '![A view]'));
  // Whoever said so once is not asked about the same picture again.
  const again = fieldsOf(await get(`/posts/${id}/edit`));
  const changed = await post(`/posts/${id}/edit`, { ...again, title: 'Trip 2', do: 'publish' });
  assert.equal(changed.status, 303);
  const more = fieldsOf(await get(`/posts/${id}/edit`));
  const added = { ...more, content: `${content}\n\n![](/pictures/${await upload()})` };
  const once = await post(`/posts/${id}/edit`, { ...added, do: 'publish' });
  assert.match(alertsOf(once)[0] ?? '', /^Describe this picture, or say it is decoration\./);
});

test('a form of a program that knows no pictures is not asked', async () => {
  const { upload, post } = await writer();
  const content = `![](/pictures/${await upload()})`;
  assert.equal((await post('/posts/new', fill('T', content))).status, 303);
});

test('publishing at a time asks, too', async () => {
  const { upload, post, get } = await writer();
  const content = `![](/pictures/${await upload()})`;
  const form = { ...fieldsOf(await get('/posts/new')), ...fill('T', content) };
  const at = { publish_date: '2099-01-01', publish_time: '10:00', publish_zone: 'UTC' };
  const asked = await post('/posts/new', { ...form, ...at, do: 'schedule' });
  assert.match(alertsOf(asked)[0] ?? '', /^Describe this picture/);
  assert.match(asked.text, /<button [^>]*value="schedule"[^>]*>Only decoration/);
  const done = await post('/posts/new', { ...fieldsOf(asked), ...at, do: 'schedule' });
  assert.match(done.location, /^\/drafts\?done=scheduled/);
});

test('what is written for a picture is offered with the next text that shows it', async () => {
  const { post, upload, token } = await writer();
  const [one, two] = [await upload(), await upload()];
  const long = 'x'.repeat(501);
  const content = `![A view](/pictures/${one} "At noon")\n\n![${long}](/pictures/${two})`;
  const saved = await post('/posts/new', { ...fill('Trip', content), do: 'save' });
  assert.equal(saved.status, 303);
  const texts = async (id: number) => {
    const { body } = await client.api('GET', `/api/pictures/${id}`, { token });
    return [body['alt'], body['caption']];
  };
  assert.deepEqual(await texts(one), ['A view', 'At noon']);
  assert.deepEqual(await texts(two), ['', '']);
  // A text without a description takes none away, and nobody describes a picture of another person.
  await post('/posts/new', { ...fill('Other', `![](/pictures/${one})`), do: 'save' });
  const other = await writer();
  await other.post('/posts/new', { ...fill('Mine', `![Mine](/pictures/${one})`), do: 'save' });
  assert.deepEqual(await texts(one), ['A view', 'At noon']);
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
