import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { importing, verifyTaken } from '../../support/databases/imported-blog.ts';
import { makeOriginal } from '../../support/databases/original-blog.ts';
import { newPlace } from '../../support/processes/trouble.ts';

const DIE_AT = import.meta.resolve('../../support/processes/die-at.ts');

for (const step of [
  '^insert into "users"',
  '^update "users"',
  '^insert into "posts"',
  '^update "imports"',
]) {
  test(`an import that was killed ahead of ${step} goes on where it stopped`, async (t) => {
    const place = await newPlace(t);
    const { database, media } = await makeOriginal(place.folder);
    const service = place.spawn(
      { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: step },
      { args: importing(database, media) },
    );
    assert.equal((await service.ended).signal, 'SIGKILL', service.output());
    const dry = await place.run(importing(database, media, '--dry-run'));
    assert.equal(dry.code, 0, dry.output);
    const { code, output } = await place.run(importing(database, media));
    assert.equal(code, 0, output);
    await verifyTaken(place);
  });
}

test('another blog cannot continue an interrupted import', async (t) => {
  const place = await newPlace(t);
  const { database, media } = await makeOriginal(place.folder);
  const service = place.spawn(
    { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_ARMED: '1', DIE_AT: '^insert into "posts"' },
    { args: importing(database, media) },
  );
  assert.equal((await service.ended).signal, 'SIGKILL');
  const sqlite = new DatabaseSync(database);
  sqlite.exec("update users set username = 'other' where id = 2");
  sqlite.close();
  const { code, output } = await place.run(importing(database, media));
  assert.deepEqual(
    [code, output.startsWith('masthead: Another blog is being imported')],
    [1, true],
  );
});
