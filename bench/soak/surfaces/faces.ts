import { request } from 'node:http';
import { storeKeys } from '../../../src/media/picture-variants.ts';
import { fileBody, MULTIPART } from '../../../test/support/multipart.ts';
import type { Actor, Surface } from '../surface.ts';

/** The person's own picture: replaced, attacked, removed, cut off. */
export function useFace(actor: Actor): Surface {
  const { id, name, bearer, journal, random, uploads, ask, surely, isOpen } = actor;
  const path = `/api/users/${id}/picture`;
  /** `image_file` as in the last answer. */
  let picture: string | null = null;

  /** The named picture must exist, be complete, and be the one of the last answer. */
  async function check(known: boolean): Promise<void> {
    const user = JSON.parse((await surely('user', 'GET', `/api/users/${id}`)).text) as {
      image_file: string | null;
      image_path: string;
    };
    if (known && user.image_file !== picture) {
      journal.violated(`${name}: has ${user.image_file}, was told ${picture}`);
    }
    picture = user.image_file;
    const { status, bytes } = await surely('picture', 'GET', user.image_path);
    const whole =
      bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
    if (status !== 200 || !whole) journal.violated(`${name}: ${user.image_path} is ${status}`);
  }

  async function upload(kind: string, bytes: Buffer): Promise<number> {
    const headers = { ...bearer, ...MULTIPART };
    const answer = await ask(kind, 'PATCH', path, { body: fileBody(bytes), headers });
    if (answer.status === 200) {
      picture = (JSON.parse(answer.text) as { image_file: string }).image_file;
    }
    await check(!isOpen(answer));
    return answer.status;
  }

  const replace = async () => {
    const status = await upload('good upload', random.pick(uploads.good));
    if (![200, 503, 0].includes(status)) journal.violated(`a good picture got ${status}`);
  };
  const attack = async () => {
    const { name: file, bytes } = random.pick(uploads.hostile);
    const status = await upload('hostile upload', bytes);
    if (![200, 400, 503, 0].includes(status)) journal.violated(`${file} got ${status}`);
  };
  const remove = async () => {
    const answer = await ask('remove picture', 'DELETE', path, { headers: bearer });
    if (answer.status === 200) picture = null;
    await check(!isOpen(answer));
  };
  const abort = async () => {
    await actor.up();
    await abortUpload(actor.url + path, bearer, random.pick(uploads.good), random.below(100));
    await check(true);
  };

  return {
    steps: [
      [6, replace],
      [8, attack],
      [1, remove],
      [2, abort],
    ],
    settle: async () => {
      await check(true);
      return picture === null ? [] : storeKeys(picture.replace(/\.jpg$/, ''));
    },
  };
}

/** Sends so many per cent of an upload and disconnects. */
function abortUpload(
  url: string,
  bearer: Record<string, string>,
  bytes: Buffer,
  percent: number,
): Promise<void> {
  const body = fileBody(bytes);
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'PATCH',
      headers: { ...bearer, ...MULTIPART, 'content-length': body.length },
    });
    sent.on('error', () => {}).on('close', () => resolve());
    sent.write(body.subarray(0, Math.floor((body.length * percent) / 100)), () => sent.destroy());
  });
}
