import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newPlace, stop } from '../../support/processes/trouble.ts';

const PAGE = 4096;

/** The damage to the file, and the start's message. */
const DAMAGES: Record<string, { damage: (file: string) => void; says: RegExp }> = {
  'garbage in its header': {
    damage: (file) => change(file, (bytes) => bytes.fill(0x5a, 0, 100)),
    says: /is not a database, or is damaged/,
  },
  'garbage throughout': {
    damage: (file) => change(file, (bytes) => bytes.fill(0x5a)),
    says: /is not a database, or is damaged/,
  },
  'a page of zeroes in its middle': {
    damage: (file) => change(file, (bytes) => bytes.fill(0, 4 * PAGE, 5 * PAGE)),
    says: /is not a database, or is damaged/,
  },
  'a page of garbage at its end': {
    damage: (file) => change(file, (bytes) => bytes.fill(0xff, bytes.length - PAGE)),
    says: /is not a database, or is damaged/,
  },
  'its second half gone': {
    damage: (file) => change(file, (bytes) => bytes.subarray(0, bytes.length / 2)),
    says: /is not a database, or is damaged/,
  },
  'a few bytes of it left': {
    damage: (file) => change(file, (bytes) => bytes.subarray(0, 50)),
    says: /is not a database, or is damaged/,
  },
  'no byte of it left': { damage: (file) => change(file, () => Buffer.of()), says: /is empty/ },
};

const model = await newPlace({ after });

describe('a damaged database stops the start with one line and stays unchanged', () => {
  before(async () => {
    const server = await model.start();
    const ann = await server.person();
    for (let n = 0; n < 10; n++) await server.post(ann.token, 'a title', 'text '.repeat(4000));
    await stop(server);
  });

  for (const [name, { damage, says }] of Object.entries(DAMAGES)) {
    test(name, async (t) => {
      const place = await newPlace(t);
      cpSync(model.folder, place.folder, { recursive: true });
      damage(join(place.dataDir, 'masthead.db'));
      const before = contents(place.dataDir);
      for (const args of [['serve'], ['media', 'check', '--repair']]) {
        const { code, output } = await place.run(args);
        assert.equal(code, 1, output);
        assert.match(output, /^masthead: .*masthead\.db .*Nothing was changed\n$/);
        assert.match(output, says);
        assert.deepEqual(contents(place.dataDir), before);
      }
    });
  }

  test('its log removed after a crash', async (t) => {
    const place = await newPlace(t);
    cpSync(model.folder, place.folder, { recursive: true });
    const { service, person } = await place.start();
    await person('written to the log alone');
    service.kill('SIGKILL');
    await service.ended;
    const file = join(place.dataDir, 'masthead.db');
    const log = readFileSync(`${file}-wal`);
    rmSync(`${file}-wal`);
    const before = contents(place.dataDir);
    const { code, output } = await place.run(['serve']);
    assert.equal(code, 1, output);
    assert.match(output, /^masthead: .*masthead\.db-wal is missing.*\n$/);
    assert.deepEqual(contents(place.dataDir), before);
    // Follow its advice: bring the log back.
    writeFileSync(`${file}-wal`, log);
    const again = await place.start();
    assert.match((await again.api('GET', '/api/users/2')).text, /written to the log alone/);
  });
});

function change(file: string, how: (bytes: Buffer) => Buffer): void {
  writeFileSync(file, how(readFileSync(file)));
}

/** Names and bytes of the database's files; shared memory is not part of it. */
function contents(folder: string): [string, string][] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('masthead.db') && !name.endsWith('-shm'))
    .toSorted()
    .map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
}
