import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDatabase } from '../../../src/db/heartbeat.ts';
import { openSqlite } from '../../../src/db/sqlite/open.ts';
import { Unavailable } from '../../../src/errors.ts';
import { replacePicture } from '../../../src/pictures/pictures.service.ts';
import type { Answer } from '../../support/client.ts';
import {
  addUser,
  HOUR,
  ownedKeys,
  someFiles,
  storedKeys,
  temporaryLedger,
} from '../../support/pictures/ledger.ts';
import { photo } from '../../support/pictures.ts';
import { watchSteps } from '../../support/steps.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  newPlace,
  type Place,
  stop,
  upload,
  uploaded,
  verifyLedger,
} from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';
import { createVisitor } from '../../support/visitor.ts';

const PICTURE = await photo({ width: 60, height: 40 });

/** Takes the write lock, as a backup or a person with a database shell may. */
function lock(place: Place): DatabaseSync {
  const other = new DatabaseSync(join(place.dataDir, 'masthead.db'), { timeout: 5000 });
  place.defer(() => other.isOpen && other.close());
  other.exec('begin immediate');
  return other;
}

function unlock(other: DatabaseSync): void {
  other.exec('rollback');
  other.close();
}

function assertRefused({ status, text, headers }: Answer): void {
  assert.deepEqual([status, text], [503, '{"detail":"Database unavailable"}']);
  assert.equal(headers.get('retry-after'), '5');
}

// They mostly wait.
describe('another process locks the database', { concurrency: true }, () => {
  test('for a second: writes wait and succeed', async (t) => {
    const place = await newPlace(t);
    const server = await place.start();
    const ann = await server.person();
    const other = lock(place);
    const writes = [server.post(ann.token), uploaded(server, ann, PICTURE)];
    await sleep(1000);
    unlock(other);
    await Promise.all(writes);
    await stop(server);
    await verifyLedger(place.dataDir);
  });

  test('for longer: writes are refused after five seconds, reads continue', async (t) => {
    const place = await newPlace(t);
    const server = await place.start();
    const { api } = server;
    const ann = await server.person();
    const picture = await uploaded(server, ann, PICTURE);
    const post = await server.post(ann.token);
    const other = lock(place);
    const json = { title: 'A title', content: 'Some text' };
    const form = { username: 'Eve', email: 'eve@example.com', password: 'a long password' };
    const own = { token: ann.token };
    const write = () => [
      api('POST', '/api/posts', { ...own, json }),
      api('PATCH', `/api/posts/${post.id}`, { ...own, json: { title: 'Another title' } }),
      api('POST', '/api/users', { json: form }),
      api('PATCH', `/api/users/${ann.id}`, { ...own, json: { username: 'Anne' } }),
      api('DELETE', `/api/users/${ann.id}`, own),
      api('DELETE', `/api/users/${ann.id}/picture`, own),
      upload(server, ann, PICTURE),
    ];
    const paths = ['/', '/api/posts', '/openapi.json', picture, `/api/users/${ann.id}`];
    for (let round = 0; round < 2; round++) {
      const refused = Promise.all(write()).then((answers) => ({ answers }));
      const health = api('GET', '/health');
      // Several in a row: a process that blocks while waiting would answer one of them late.
      for (const path of [...paths, ...paths]) {
        const first = await Promise.race([api('GET', path), refused]);
        assert.ok('status' in first, `${path} waited for a write`);
        assert.equal(first.status, 200, path);
      }
      assert.equal((await server.login(ann.email, ann.password)).status, 200);
      for (const answer of (await refused).answers) assertRefused(answer);
      assertRefused(await health);
    }
    unlock(other);
    for (const { status, text } of await Promise.all([
      api('POST', '/api/posts', { ...own, json }),
      upload(server, ann, PICTURE),
    ])) {
      assert.ok(status < 300, text);
    }
    await stop(server);
    await verifyLedger(place.dataDir);
  });

  test('when a session should be prolonged: the page is shown all the same', async (t) => {
    const place = await newPlace(t);
    const shift = join(place.folder, 'clock-shift');
    writeFileSync(shift, '0');
    const shifted = import.meta.resolve('../../support/processes/shifted-clock.ts');
    const variables = { NODE_OPTIONS: `--import=${shifted}`, CLOCK_SHIFT: shift };
    const server = await place.start(variables);
    const visitor = createVisitor(server.url);
    await visitor.signIn(await server.person());
    // A session that was used within the hour is not written.
    writeFileSync(shift, String(2 * HOUR));
    const other = lock(place);
    const page = await visitor.get('/account');
    assert.equal(page.status, 200, page.text);
    await server.service.says(/could not prolong a session/);
    unlock(other);
  });

  test('during an upload: it waits only once, and is cleaned up afterwards', async (t) => {
    const ledger = await temporaryLedger(t);
    const userId = await addUser(ledger.db);
    const { picture_key: old } = await replacePicture(ledger, userId, someFiles());
    const other = new DatabaseSync(join(ledger.folder, 'masthead.db'));
    t.after(() => other.close());
    const unwatch = await watchSteps((step) => {
      if (step === 'writeFile' && !other.isTransaction) other.exec('begin immediate');
    });
    await assert
      .rejects(replacePicture(ledger, userId, someFiles()), {
        message: 'Database unavailable',
      })
      .finally(unwatch);
    // By now a second wait would have been given up.
    other.exec('rollback');
    await until('the files of the refused upload to go', async () => {
      const rows = await ledger.db.selectFrom('pictures').selectAll().execute();
      return rows.length === 1 || undefined;
    });
    assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
    const user = await ledger.db.selectFrom('users').selectAll().executeTakeFirstOrThrow();
    assert.equal(user.picture_key, old);
  });

  test('a lock that stays ends in Unavailable for every write', async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'masthead.db');
    const db = await openSqlite(file);
    t.after(() => db.destroy());
    const other = new DatabaseSync(file);
    t.after(() => other.close());
    other.exec('begin immediate');
    const writes = [
      addUser(db, 'ann'),
      db.transaction().execute((trx) => trx.deleteFrom('users').execute()),
      checkDatabase(db, 1),
    ];
    for (const write of await Promise.allSettled(writes)) {
      assert.ok(write.status === 'rejected' && write.reason instanceof Unavailable);
      assert.equal(write.reason.message, 'Database unavailable');
    }
    other.exec('rollback');
    assert.equal(await addUser(db, 'bob'), 1);
  });
});
