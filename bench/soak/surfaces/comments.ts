import type { Actor, Surface } from '../surface.ts';

/** How many comments a person keeps at least, so that there is something to edit. */
const KEPT = 10;

/** A person's comments below a post that stays. */
export function useComments({
  name,
  bearer,
  journal,
  random,
  ask,
  surely,
  isOpen,
}: Actor): Surface {
  let post: number | undefined;
  const comments = new Map<number, string>();
  const removed = new Set<number>();
  let count = 0;

  const write = async () => {
    const content = `Comment ${++count} by ${name}`;
    const parent =
      comments.size > 0 && random.below(3) === 0 ? random.pick([...comments.keys()]) : null;
    post ??= await writePost();
    const answer = await ask('comment', 'POST', `/api/posts/${post}/comments`, {
      headers: bearer,
      json: { content, parent_id: parent },
    });
    const { status, text } = answer;
    if (status === 201) comments.set((JSON.parse(text) as { id: number }).id, content);
    // The comment that is answered may be a reply, or gone.
    else if (![0, 404, 422, 503].includes(status)) journal.violated(`a comment got ${status}`);
  };

  async function writePost(): Promise<number> {
    const json = { title: 'To be talked about', content: 'What do you think?' };
    const { text } = await surely('write', 'POST', '/api/posts', { headers: bearer, json });
    return (JSON.parse(text) as { id: number }).id;
  }

  const edit = async () => {
    if (comments.size === 0) return;
    const id = random.pick([...comments.keys()]);
    const content = `Comment ${++count} by ${name}`;
    const path = `/api/comments/${id}`;
    const answer = await ask('edit comment', 'PATCH', path, { headers: bearer, json: { content } });
    if (answer.status === 200) comments.set(id, content);
    if (isOpen(answer)) comments.delete(id);
  };

  const remove = async () => {
    if (comments.size < KEPT) return;
    const id = random.pick([...comments.keys()]);
    const path = `/api/comments/${id}`;
    const answer = await ask('delete comment', 'DELETE', path, { headers: bearer });
    if (answer.status === 204) removed.add(id);
    if (answer.status === 204 || isOpen(answer)) comments.delete(id);
  };

  const read = async () => {
    if (post !== undefined) await ask('comments', 'GET', `/api/posts/${post}/comments`);
  };

  /** The text of each comment below the post, '' for those that were removed. */
  async function list(): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    if (post === undefined) return found;
    let next: string | null = '';
    while (next !== null) {
      const path = `/api/posts/${post}/comments${next === '' ? '' : `?cursor=${next}`}`;
      const { text } = await surely('comments', 'GET', path, { headers: bearer });
      const page = JSON.parse(text) as {
        comments: { id: number; content: string }[];
        next: string | null;
      };
      for (const { id, content } of page.comments) found.set(id, content);
      ({ next } = page);
    }
    return found;
  }

  return {
    steps: [
      [4, write],
      [1, edit],
      [1, remove],
      [2, read],
    ],
    settle: async () => {
      const found = await list();
      for (const [id, content] of comments) {
        if (found.get(id) !== content) journal.violated(`comment ${id} of ${name} is lost`);
      }
      for (const id of removed) {
        if ((found.get(id) ?? '') !== '') journal.violated(`comment ${id} of ${name} is back`);
      }
      return [];
    },
  };
}
