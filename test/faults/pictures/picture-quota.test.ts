import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLedger, ownedKeys, storedKeys } from '../../support/pictures/ledger.ts';
import { photo } from '../../support/pictures.ts';
import { addForPosts, newPlace, stop, verifyLedger } from '../../support/processes/trouble.ts';

const QUOTA_MB = 1;
/** Some 250 KB in its four files. */
const PICTURE = await photo({ width: 400, height: 400, noise: 120, quality: 60 });
/** Of each person at each server. */
const AT_ONCE = 6;

test('pictures sent at once to two servers take no more than a person may use, and what is refused is gone', async (t) => {
  const place = await newPlace(t);
  const variables = { PICTURE_QUOTA_MB: String(QUOTA_MB), IMAGE_WORKERS: '3' };
  const servers = await Promise.all([place.start(variables), place.start(variables)]);
  const [first] = servers;
  const people = [await first.person(), await first.person(), await first.person()];
  const answers = await Promise.all(
    people.flatMap((person) =>
      servers.flatMap((server) =>
        Array.from({ length: AT_ONCE }, async () => {
          const { status, text } = await addForPosts(server, person, PICTURE);
          return { person, status, text };
        }),
      ),
    ),
  );

  const ledger = await openLedger(place.dataDir);
  const kept = await ledger.db.selectFrom('post_pictures').select(['user_id', 'bytes']).execute();
  const [{ bytes } = { bytes: 0 }] = kept;
  const room = Math.floor((QUOTA_MB * 1024 * 1024) / bytes);
  assert.ok(room > 1 && room < AT_ONCE, `${bytes} bytes each`);
  for (const { id } of people) {
    const theirs = answers.filter(({ person }) => person.id === id);
    const accepted = theirs.filter(({ status }) => status === 201);
    assert.equal(accepted.length, room, 'as many as there is room for');
    for (const { status, text } of theirs) {
      if (status === 201) continue;
      assert.equal(status, 403, text);
      assert.match(text, /of the 1 MB that a person may use here/);
    }
    assert.equal(kept.filter(({ user_id }) => user_id === id).length, room);
  }

  // Without a sweep.
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
  const rows = await ledger.db.selectFrom('pictures').select('state').execute();
  assert.deepEqual(
    rows.map(({ state }) => state),
    kept.map(() => 'live'),
  );
  await ledger.db.destroy();
  ledger.media.close();
  await Promise.all(servers.map(stop));
  await verifyLedger(place.dataDir, { hours: 0 });
});
