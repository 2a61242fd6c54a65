import { fileBody, MULTIPART } from '../../../test/support/multipart.ts';
import type { Actor, Surface } from '../surface.ts';

interface Picture {
  id: number;
  markdown: string;
  urls: Record<string, string>;
}

/** Pictures for posts: uploaded, attacked, used in posts, removed. */
export function useAlbum(actor: Actor): Surface {
  const { name, bearer, journal, random, uploads, ask, surely, isOpen } = actor;
  /** Those that no post uses, and those that one does. */
  const [free, used] = [new Map<number, Picture>(), new Map<number, Picture>()];

  const send = async (kind: string, bytes: Buffer) => {
    const headers = { ...bearer, ...MULTIPART };
    const answer = await ask(kind, 'POST', '/api/pictures', { body: fileBody(bytes), headers });
    if (answer.status !== 201) return answer.status;
    const picture = JSON.parse(answer.text) as Picture;
    free.set(picture.id, picture);
    return 201;
  };
  const add = async () => {
    const status = await send('post picture', random.pick(uploads.good));
    if (![201, 503, 0].includes(status)) journal.violated(`a good post picture got ${status}`);
  };
  const attack = async () => {
    const { name: file, bytes } = random.pick(uploads.hostile);
    const status = await send('hostile post picture', bytes);
    if (![201, 400, 503, 0].includes(status)) journal.violated(`${file} got ${status} for a post`);
  };
  const use = async () => {
    if (free.size === 0) return;
    const picture = random.pick([...free.values()]);
    const json = { title: 'A picture', content: picture.markdown, format: 'markdown' };
    const answer = await ask('write with picture', 'POST', '/api/posts', { headers: bearer, json });
    if (answer.status !== 201 && !isOpen(answer)) return;
    free.delete(picture.id);
    // After an answer that leaves it open it is never removed.
    used.set(picture.id, picture);
  };
  const remove = async () => {
    if (free.size === 0) return;
    const { id } = random.pick([...free.values()]);
    const answer = await ask('remove post picture', 'DELETE', `/api/pictures/${id}`, {
      headers: bearer,
    });
    if (answer.status === 204 || isOpen(answer)) free.delete(id);
    else if (answer.status !== 503) journal.violated(`removing a picture got ${answer.status}`);
  };

  /** All pictures that the person has. */
  async function list(): Promise<Picture[]> {
    const found: Picture[] = [];
    for (;;) {
      const path = `/api/pictures?limit=100&skip=${found.length}`;
      const { text } = await surely('pictures', 'GET', path, { headers: bearer });
      const page = JSON.parse(text) as { pictures: Picture[]; has_more: boolean };
      found.push(...page.pictures);
      if (!page.has_more) return found;
    }
  }

  return {
    steps: [
      [2, add],
      [2, attack],
      [2, use],
      [2, remove],
    ],
    settle: async () => {
      const found = await list();
      const ids = new Set(found.map(({ id }) => id));
      for (const id of [...free.keys(), ...used.keys()]) {
        if (!ids.has(id)) journal.violated(`picture ${id} of ${name} is lost`);
      }
      for (const { id, urls } of found) {
        for (const url of Object.values(urls)) {
          const { status } = await surely('post picture file', 'GET', url, { headers: bearer });
          if (status !== 200) journal.violated(`a file of picture ${id} of ${name} is ${status}`);
        }
      }
      return found.flatMap(({ urls }) =>
        Object.values(urls).map((url) => url.replace('/media/', '')),
      );
    },
  };
}
