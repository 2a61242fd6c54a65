import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Post } from '../../support/client.ts';
import { errorsOf, statusOf, valuesOf } from '../../support/visitor.ts';
import {
  openComposer,
  fieldsOf,
  contentOf,
  alertsOf,
  fill,
} from '../../support/flows/composer-pictures.ts';

const { client, writer } = await openComposer();

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
