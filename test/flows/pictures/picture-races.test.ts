import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person, User } from '../../support/client.ts';
import { filesOf, mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';

const { server, client } = await openBlog();
const small = await photo({ width: 40, height: 30 });

const times = <T>(count: number, one: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));
const statuses = (answers: { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);
const upload = (who: Person) =>
  client.api<User>('PATCH', `/api/users/${who.id}/picture`, {
    token: who.token,
    body: fileBody(small),
    headers: MULTIPART,
  });
const remove = (who: Person) =>
  client.api<User>('DELETE', `/api/users/${who.id}/picture`, { token: who.token });
const imageOf = async (who: Person) =>
  (await client.api<User>('GET', `/api/users/${who.id}`)).body.image_file;

/** Asserts that each media folder has one file of this picture and nothing else. */
async function assertOnly(imageFile: string) {
  const files = await mediaFiles(server.dataDir);
  assert.deepEqual(files, await filesOf(server.dataDir, imageFile));
  const folders = files.map((file) => file.split('/')[0]);
  assert.equal(new Set(folders).size, folders.length, String(files));
  assert.ok(files.includes(`profile_pics/${imageFile}`));
}

test('of fifty registrations with one name at the same time, one succeeds', async () => {
  const password = 'long enough';
  const byName = await times(50, (n) =>
    client.api('POST', '/api/users', {
      json: { username: n % 2 ? 'Straße' : 'STRASSE', email: `racer${n}@example.com`, password },
    }),
  );
  assert.deepEqual(statuses(byName), [201, ...Array.from({ length: 49 }, () => 400)]);
  const refusals = new Set(byName.filter(({ status }) => status === 400).map(({ text }) => text));
  assert.deepEqual([...refusals], ['{"detail":"Username already exists"}']);

  const byEmail = await times(10, (n) =>
    client.api('POST', '/api/users', {
      json: { username: `racer${n}`, email: `${n % 2 ? 'Race' : 'race'}@example.com`, password },
    }),
  );
  assert.deepEqual(statuses(byEmail), [201, ...Array.from({ length: 9 }, () => 400)]);
  const others = new Set(byEmail.filter(({ status }) => status === 400).map(({ text }) => text));
  assert.deepEqual([...others], ['{"detail":"Email already registered"}']);
});

test('of four users who choose the same new name at once, one gets it', async () => {
  const people = await times(4, () => client.person());
  const answers = await times(4, (n) =>
    client.api('PATCH', `/api/users/${people[n]?.id}`, {
      token: people[n]?.token ?? '',
      json: { username: 'The one name' },
    }),
  );
  assert.deepEqual(statuses(answers), [200, 400, 400, 400]);
});

test('fifty replacements at once leave one picture', async () => {
  const ann = await client.person();
  const answers = await times(50, () => upload(ann));
  assert.deepEqual([...new Set(statuses(answers))], [200]);
  const imageFile = await imageOf(ann);
  assert.ok(imageFile);
  await assertOnly(imageFile);
  assert.equal((await remove(ann)).status, 200);
  assert.deepEqual(await mediaFiles(server.dataDir), []);
});

test('replacements and removals at once leave exactly the user’s picture', async () => {
  const ann = await client.person();
  await upload(ann);
  const answers = await times(30, (n) => (n % 3 ? upload(ann) : remove(ann)));
  const odd = answers.filter(({ status }) => status !== 200);
  assert.ok(odd.every(({ text }) => text === '{"detail":"No profile picture to delete"}'));
  const imageFile = await imageOf(ann);
  if (imageFile) await assertOnly(imageFile);
  else assert.deepEqual(await mediaFiles(server.dataDir), []);
  if (imageFile) await remove(ann);
});

test('replacements while the account is deleted leave nothing', async () => {
  for (let round = 0; round < 3; round++) {
    const gone = await client.person();
    await upload(gone);
    const uploads = times(12, () => upload(gone));
    const deletion = await client.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });
    assert.equal(deletion.status, 204);
    for (const { status, text } of await uploads) {
      assert.ok([200, 401, 404].includes(status), `${status} ${text}`);
    }
    assert.deepEqual(await mediaFiles(server.dataDir), []);
  }
});

test('removals at once succeed once', async () => {
  const ann = await client.person();
  await upload(ann);
  assert.deepEqual(statuses(await times(8, () => remove(ann))), [
    200,
    ...Array.from({ length: 7 }, () => 400),
  ]);
});

test('deletions of one account at once succeed once', async () => {
  const ann = await client.person();
  const answers = await times(8, () =>
    client.api('DELETE', `/api/users/${ann.id}`, { token: ann.token }),
  );
  const done = answers.filter(({ status }) => status === 204);
  assert.equal(done.length, 1);
  assert.ok(
    answers.every(({ status }) => [204, 401, 404].includes(status)),
    String(statuses(answers)),
  );
});
