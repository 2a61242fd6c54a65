import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { storeKey, VARIANTS } from '../../../src/media/picture-variants.ts';
import { assertCleanJpeg, assertCleanWebp } from '../pictures/clean-picture.ts';
import { assertError, createClient, type Answer, type User } from '../client.ts';
import type { HostileFile, HostileFiles } from './file.ts';
import { mediaFiles } from '../pictures/media-files.ts';
import { MULTIPART, multipart } from '../multipart.ts';
import { photo } from '../pictures.ts';
import { startServer, type TestServer } from '../server.ts';

/** The contract's text for what is not a picture. */
export const INVALID = 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).';

/** Hostile text in the uploads that no stored file may contain. */
export const TRACES = [
  'hostile',
  '<script',
  '<?php',
  '<svg',
  'Exif',
  'ICC_PROFILE',
  'http://ns.adobe',
];

export interface Siege {
  server: TestServer;
  /** Uploads a file; the answer must come within a limited time. */
  send: (file: HostileFile) => Promise<Answer>;
  /**
   * Uploads a file as somebody with a picture, and asserts everything that must hold afterwards:
   * either a clean new picture in all sizes or the contract's 400 and the old picture unchanged;
   * exactly one picture in the ledger, and no other file. Returns which it was.
   */
  upload: (file: HostileFile) => Promise<'picture' | 'refused'>;
}

/** The production app, and a user whose picture is to be replaced. */
export async function besieged(): Promise<Siege> {
  const server = await startServer({ RATE_LIMITS: 'off', LOG_LEVEL: 'fatal' });
  try {
    return await besiege(server);
  } catch (error) {
    // Otherwise a server that nobody stops would keep the test file from ending.
    await server.stop();
    throw error;
  }
}

async function besiege(server: TestServer): Promise<Siege> {
  const client = createClient(server.url);
  const ann = await client.person('Ann');
  const path = `/api/users/${ann.id}`;
  let imageFile = '';
  let files: Buffer[] = [];

  const read = (key: string) =>
    Promise.all(
      VARIANTS.map((variant) => readFile(join(server.dataDir, 'media', storeKey(key, variant)))),
    );

  async function assertKept(): Promise<void> {
    const { body } = await client.api<User>('GET', path);
    assert.equal(body.image_file, imageFile);
    const key = imageFile.replace('.jpg', '');
    assert.deepEqual(await read(key), files);
    const stored = VARIANTS.map((variant) => storeKey(key, variant)).toSorted();
    assert.deepEqual(await mediaFiles(server.dataDir), stored);
    const rows = await server.context.db.selectFrom('pictures').select(['key', 'state']).execute();
    assert.deepEqual(
      rows.map((row) => [row.key, row.state]),
      [[key, 'live']],
    );
  }

  async function send({ make, filename = 'me.jpg', type = 'image/jpeg' }: HostileFile) {
    const data = await make();
    const file = { name: 'file', filename, headers: [`Content-Type: ${type}`], data };
    const body = multipart([file]);
    return client.api<User>('PATCH', `${path}/picture`, {
      token: ann.token,
      headers: MULTIPART,
      body,
    });
  }

  async function upload(file: HostileFile): Promise<'picture' | 'refused'> {
    const answer = await send(file);
    if (answer.status === 200) {
      const before = imageFile;
      imageFile = answer.body.image_file ?? '';
      assert.notEqual(imageFile, before);
      files = await read(imageFile.replace('.jpg', ''));
      const served = await fetch(server.url + answer.body.image_path);
      assert.equal(served.headers.get('content-type'), 'image/jpeg');
      assert.deepEqual(Buffer.from(await served.arrayBuffer()), files[0]);
      for (const [n, { format, size }] of VARIANTS.entries()) assertClean(files[n]!, format, size);
    } else {
      assertError(answer, 400, INVALID);
    }
    await assertKept();
    return answer.status === 200 ? 'picture' : 'refused';
  }

  const first = { make: () => photo({ width: 90, height: 60 }), expected: 'picture' } as const;
  assert.equal(await upload(first), 'picture');
  return { server, send, upload };
}

function assertClean(file: Buffer, format: 'jpeg' | 'webp', size: number): void {
  if (format === 'jpeg') assertCleanJpeg(file, size);
  else assertCleanWebp(file, size);
  for (const trace of TRACES) assert.ok(!file.includes(trace), `no ${trace}`);
}

/** A test for each file of each table, all against one server, which is returned once it runs. */
export function testUploads(tables: Record<string, HostileFiles>): () => Siege {
  let siege: Siege;
  before(async () => {
    siege = await besieged();
  });
  after(() => siege?.server.stop());
  for (const [title, files] of Object.entries(tables)) {
    describe(title, () => {
      for (const [name, file] of Object.entries(files)) {
        test(name, async () => {
          const outcome = await siege.upload(file);
          if (file.expected !== 'either') assert.equal(outcome, file.expected);
        });
      }
    });
  }
  return () => siege;
}
