import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { photo } from '../../support/pictures.ts';
import { newPlace, stop, upload, uploaded } from '../../support/processes/trouble.ts';
import { until } from '../../support/until.ts';

const PICTURES = await Promise.all([60, 90, 120].map((width) => photo({ width, height: 60 })));
const picture = (n: number) => PICTURES[n % PICTURES.length] as Buffer;
const SECRET = { SECRET_KEY: 'the same before and after' };

test('a backup made while people upload, replace, remove and register restores to a complete blog', async (t) => {
  const place = await newPlace(t);
  const server = await place.start({ ...SECRET, IMAGE_WORKERS: '2' });
  const people = await Promise.all(Array.from({ length: 8 }, () => server.person()));
  for (const [n, person] of people.entries()) await uploaded(server, person, picture(n));
  const writing = { on: true };
  let replaced = 0;
  const writers = people.map(async (person, n) => {
    for (let turn = n; writing.on; turn++) {
      if (turn % 7 === 6) {
        await server.api('DELETE', `/api/users/${person.id}/picture`, { token: person.token });
      } else {
        await upload(server, person, picture(turn));
      }
      await server.post(person.token, `Turn ${turn}`);
      replaced++;
    }
  });
  const files = [0, 1, 2].map((n) => join(place.folder, `backup-${n}.tar`));
  for (const file of files) {
    const seen = replaced;
    const made = await place.run(['backup', file], SECRET);
    assert.equal(made.code, 0, made.output);
    await until('people who wrote meanwhile', async () => replaced > seen || undefined);
  }
  writing.on = false;
  await Promise.all(writers);
  await stop(server);
  for (const file of files) {
    const other = await newPlace(t);
    assert.equal((await other.run(['restore', file], SECRET)).code, 0);
    assert.equal((await other.run(['media', 'check'], SECRET)).code, 0);
    assert.equal((await other.run(['backup', '--verify', file], SECRET)).code, 0);
  }
});
