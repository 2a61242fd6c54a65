import { multipart, MULTIPART, type Part } from '../multipart.ts';
import { quadrants } from '../pictures.ts';
import { openBlog } from '../blog.ts';

/** The most pixels of a picture that is taken. */
export const MOST = 51_000_000;

/** 80 × 60, a colour in each quadrant. */
const picture: Buffer = await quadrants().png().toBuffer();

export type Fields = [name: string, text: string][];
export const all = (x: string, y: string, size: string): Fields => [
  ['x', x],
  ['y', y],
  ['size', size],
];
export const texts = (fields: Fields): Part[] => fields.map(([name, data]) => ({ name, data }));
export const file = (data = picture): Part => ({ name: 'file', filename: 'a.png', data });

/** A blog in which Ann sends faces, with the square that is to be kept of them. */
export async function openCrops() {
  const { server, client } = await openBlog();
  const ann = await client.person('Ann');

  const send = (parts: Part[]) =>
    client.api<{ image_file: string; image_path: string }>(
      'PATCH',
      `/api/users/${ann.id}/picture`,
      {
        token: ann.token,
        body: multipart(parts),
        headers: MULTIPART,
      },
    );
  const me = async () =>
    (await client.api<{ image_file: string }>('GET', `/api/users/${ann.id}`)).body.image_file;

  return { server, client, ann, send, me };
}
