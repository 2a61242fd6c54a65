import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Answer } from '../support/client.ts';
import { openLedger, sweep } from '../support/pictures/ledger.ts';
import { photo } from '../support/pictures.ts';
import { newPlace, stop, upload, verifyLedger } from '../support/processes/trouble.ts';

const PICTURE = await photo({ width: 60, height: 40 });
const ROUNDS = 8;

/** The answers that one person's requests at two servers may get. */
function assertExpected({ status, text }: Answer): void {
  if (status === 400) assert.match(text, /No profile picture to delete/);
  else if (status === 401 || status === 404) assert.match(text, /User not found/);
  else assert.ok([200, 204].includes(status), `${status} ${text}`);
}

test('two servers on the same data, with sweeps in both and in a third process', async (t) => {
  const place = await newPlace(t);
  const [first, second] = await Promise.all([place.start(), place.start()]);
  const people = [await first.person(), await first.person(), await first.person()];
  const ledger = await openLedger(place.dataDir);
  const sweeping = new AbortController();
  const swept = sweepUntil(sweeping.signal);

  for (let round = 0; round < ROUNDS; round++) {
    const requests = people.flatMap((person) => {
      const path = `/api/users/${person.id}`;
      const removal = second.api('DELETE', `${path}/picture`, { token: person.token });
      const both = [upload(first, person, PICTURE), upload(second, person, PICTURE), removal];
      const last = round === ROUNDS - 1 && person === people[2];
      return last ? [...both, first.api('DELETE', path, { token: person.token })] : both;
    });
    for (const answer of await Promise.all(requests)) assertExpected(answer);
  }
  const pictures: string[] = [];
  for (const [index, person] of people.slice(0, 2).entries()) {
    const answer = await upload(index === 0 ? first : second, person, PICTURE);
    assert.equal(answer.status, 200, answer.text);
    pictures.push(answer.body.image_path);
  }
  for (const path of pictures) {
    for (const { api } of [first, second]) assert.equal((await api('GET', path)).status, 200);
  }
  sweeping.abort();
  assert.ok((await swept) > 10, 'many sweeps came between');
  await ledger.db.destroy();
  await Promise.all([stop(first), stop(second)]);
  await verifyLedger(place.dataDir, { hours: 0 });

  async function sweepUntil(signal: AbortSignal): Promise<number> {
    let count = 0;
    for (; !signal.aborted; count++) {
      ledger.time.now = Date.now();
      const { failed } = await sweep(ledger);
      assert.equal(failed, 0);
      // A sweep without work never waits, and would keep everything else from running.
      await setImmediate();
    }
    return count;
  }
});
