import { basename } from 'node:path';
import { storeKeys } from '../src/media/picture-variants.ts';

/** The files made of an upload, in the order of VARIANTS, found by the path in its answer. */
export async function servedFiles(url: string, path: string): Promise<Uint8Array[]> {
  return Promise.all(
    storeKeys(basename(path, '.jpg')).map(async (key) => {
      const answer = await fetch(`${url}/media/${key}`);
      if (!answer.ok) throw new Error(`${key} is ${answer.status}`);
      return answer.bytes();
    }),
  );
}
