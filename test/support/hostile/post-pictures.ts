import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import {
  pictureKeyOf,
  POST_VARIANTS,
  storeKey,
  storeKeys,
} from '../../../src/media/picture-variants.ts';
import { assertError, createClient } from '../client.ts';
import type { HostileFile } from './file.ts';
import { INVALID, TRACES } from './uploads.ts';
import { mediaFiles } from '../pictures/media-files.ts';
import { multipart, MULTIPART } from '../multipart.ts';
import { startServer, type TestServer } from '../server.ts';

export interface PostSiege {
  server: TestServer;
  /**
   * Uploads a file as a picture for posts, and asserts everything that must hold afterwards: either four
   * clean files and their rows, which are then deleted, or the 400 of a face; and no other file.
   */
  upload: (file: HostileFile) => Promise<'picture' | 'refused'>;
}

interface Created {
  id: number;
  width: number;
  height: number;
  urls: { jpeg: string };
}

/** The production app, and a user who adds pictures for posts. */
export async function besiegedPosts(): Promise<PostSiege> {
  const server = await startServer({ RATE_LIMITS: 'off', LOG_LEVEL: 'fatal' });
  const client = createClient(server.url);
  const { token } = await client.person();

  async function upload({ make, filename = 'me.jpg', type = 'image/jpeg' }: HostileFile) {
    const file = { name: 'file', filename, headers: [`Content-Type: ${type}`], data: await make() };
    const answer = await client.api<Created>('POST', '/api/pictures', {
      token,
      headers: MULTIPART,
      body: multipart([file]),
    });
    if (answer.status !== 201) assertError(answer, 400, INVALID);
    else await verifyFiles(server, answer.body);
    if (answer.status === 201) {
      const removed = await client.api('DELETE', `/api/pictures/${answer.body.id}`, { token });
      assert.equal(removed.status, 204);
    }
    assert.deepEqual(await mediaFiles(server.dataDir), []);
    assert.deepEqual(await server.context.db.selectFrom('pictures').selectAll().execute(), []);
    return answer.status === 201 ? ('picture' as const) : ('refused' as const);
  }
  return { server, upload };
}

async function verifyFiles(
  { dataDir }: TestServer,
  { width, height, urls }: Created,
): Promise<void> {
  const key = pictureKeyOf(urls.jpeg.replace('/media/', ''));
  assert.deepEqual(await mediaFiles(dataDir), storeKeys(key, 'post').toSorted());
  for (const variant of POST_VARIANTS) {
    const bytes = await readFile(join(dataDir, 'media', storeKey(key, variant)));
    const seen = await sharp(bytes, { failOn: 'warning' }).metadata();
    assert.equal(seen.format, variant.format);
    assert.equal(seen.space, 'srgb');
    assert.deepEqual(
      [seen.exif, seen.icc, seen.xmp, seen.orientation, seen.pages].filter(Boolean),
      [],
    );
    const side = Math.min(variant.size, Math.max(width, height));
    assert.equal(Math.max(seen.width, seen.height), side);
    await sharp(bytes).raw().toBuffer();
    for (const trace of TRACES) assert.ok(!bytes.includes(trace), `no ${trace}`);
  }
}
