import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../config.ts';
import { loadSecretKey } from './secret-key.ts';

const root = mkdtempSync(join(tmpdir(), 'secret-key-'));
after(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, String((folders += 1)), 'data');

test('a given SECRET_KEY is taken in UTF-8 and nothing is written', () => {
  const folder = newFolder();
  const key = loadSecretKey({ SECRET_KEY: 'schlüssel', DATA_DIR: folder });
  assert.deepEqual(Buffer.from(key), Buffer.from('schlüssel', 'utf8'));
  assert.throws(() => statSync(folder), { code: 'ENOENT' });
});

test('the first start makes a key that only its owner may read, and the next finds it', () => {
  const folder = newFolder();
  const key = loadSecretKey({ DATA_DIR: folder });
  assert.ok(key.length >= 32);
  assert.deepEqual(readdirSync(folder), ['secret.key']);
  assert.equal(statSync(join(folder, 'secret.key')).mode & 0o777, 0o600);
  assert.deepEqual(loadSecretKey({ DATA_DIR: folder }), key);
  assert.notDeepEqual(loadSecretKey({ DATA_DIR: newFolder() }), key);
});

test("the file's line means the same as SECRET_KEY", () => {
  const folder = newFolder();
  const key = loadSecretKey({ DATA_DIR: folder });
  const line = readFileSync(join(folder, 'secret.key'), 'utf8').trim();
  assert.deepEqual(loadSecretKey({ SECRET_KEY: line, DATA_DIR: folder }), key);
});

for (const [name, content] of Object.entries({
  empty: '',
  'cut short': 'AAAAAAAAAAAAAAAAAAAA',
  'all zero bytes': '\0'.repeat(44),
})) {
  test(`a key file that is ${name} stops the start and is left alone`, () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'secret.key');
    writeFileSync(file, content);
    assert.throws(
      () => loadSecretKey({ DATA_DIR: folder }),
      (error) => error instanceof ConfigError && error.message.startsWith(`${file} is damaged`),
    );
    assert.equal(readFileSync(file, 'utf8'), content);
  });
}

test('a folder that cannot be made stops the start with its name', () => {
  const inTheWay = join(root, 'file');
  writeFileSync(inTheWay, '');
  assert.throws(
    () => loadSecretKey({ DATA_DIR: join(inTheWay, 'data') }),
    (error) => error instanceof ConfigError && error.message.includes(inTheWay),
  );
});

/** Waits until all threads are ready, then loads, so that all do so in the same instant. */
const STARTER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.module).then(({ loadSecretKey }) => {
    const keys = workerData.folders.map((DATA_DIR, round) => {
      if (Atomics.add(workerData.ready, round, 1) + 1 === workerData.starts) {
        Atomics.notify(workerData.ready, round);
      }
      let seen;
      while ((seen = Atomics.load(workerData.ready, round)) < workerData.starts) {
        Atomics.wait(workerData.ready, round, seen);
      }
      return Buffer.from(loadSecretKey({ DATA_DIR })).toString();
    });
    parentPort.postMessage(keys);
  });
`;

test('starts at the same time agree on one key', async () => {
  const starts = 3;
  const folders = Array.from({ length: 20 }, newFolder);
  const workerData = {
    module: import.meta.resolve('./secret-key.ts'),
    folders,
    starts,
    ready: new Int32Array(new SharedArrayBuffer(4 * folders.length)),
  };
  const workers = Array.from(
    { length: starts },
    () => new Worker(STARTER, { eval: true, workerData }),
  );
  let answers: string[][];
  try {
    answers = await Promise.all(workers.map(firstMessage));
  } finally {
    // When one throws, the others wait for it for ever.
    for (const worker of workers) await worker.terminate();
  }
  for (const [round, folder] of folders.entries()) {
    assert.equal(new Set(answers.map((keys) => keys[round])).size, 1);
    assert.deepEqual(readdirSync(folder), ['secret.key']);
  }
});

function firstMessage(worker: Worker): Promise<string[]> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
}
