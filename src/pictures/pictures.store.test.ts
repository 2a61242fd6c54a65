import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryLedger } from '../../test/support/pictures/ledger.ts';
import { newPictureKey } from '../media/picture-variants.ts';
import { deleteDoomed, doomUnlessLive, findPicture, makeLive } from './pictures.store.ts';

const STATES = ['pending', 'live', 'doomed'] as const;

test('a failed upload may be deleted with its row, a live picture may not', async (t) => {
  const { db } = await temporaryLedger(t);
  for (const state of STATES) {
    const key = newPictureKey();
    const row = { key, user_id: 1, state, created_at: 0, due_at: state === 'live' ? null : 5 };
    await db.insertInto('pictures').values(row).execute();
    assert.equal(await doomUnlessLive(db, key, 1), state !== 'live', state);
    assert.equal(await makeLive(db, key), false, state);
    await deleteDoomed(db, key);
    assert.equal((await findPicture(db, key))?.state, state === 'live' ? 'live' : undefined);
  }
  assert.equal(await doomUnlessLive(db, newPictureKey(), 1), true);
});
