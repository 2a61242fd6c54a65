import type { Actor, Surface } from '../surface.ts';

/** How many posts a person keeps at least, so that there is something to edit. */
const KEPT = 20;

/** Posts by the API: written, edited, deleted. */
export function usePosts({ name, bearer, journal, random, ask, surely, isOpen }: Actor): Surface {
  const posts = new Map<number, string>();
  const deleted = new Set<number>();
  let count = 0;

  const write = async () => {
    const content = `Text ${++count} of **${name}**`;
    const json = { title: 'A title', content, format: random.pick(['text', 'markdown']) };
    const { status, text } = await ask('write', 'POST', '/api/posts', { headers: bearer, json });
    if (status === 201) posts.set((JSON.parse(text) as { id: number }).id, content);
  };
  const edit = async () => {
    if (posts.size === 0) return;
    const post = random.pick([...posts.keys()]);
    const content = `Text ${++count} of ${name}`;
    const json = { content };
    const answer = await ask('edit', 'PATCH', `/api/posts/${post}`, { headers: bearer, json });
    if (answer.status === 200) posts.set(post, content);
    // It may have been saved or not; either is right, so it is not checked any more.
    if (isOpen(answer)) posts.delete(post);
  };
  const remove = async () => {
    if (posts.size < KEPT) return;
    const post = random.pick([...posts.keys()]);
    const answer = await ask('delete', 'DELETE', `/api/posts/${post}`, { headers: bearer });
    if (answer.status === 204) deleted.add(post);
    if (answer.status === 204 || isOpen(answer)) posts.delete(post);
  };

  return {
    steps: [
      [4, write],
      [2, edit],
      [2, remove],
    ],
    settle: async () => {
      for (const [post, content] of posts) {
        const { status, text } = await surely('post', 'GET', `/api/posts/${post}`);
        const there =
          status === 200 && (JSON.parse(text) as { content: string }).content === content;
        if (!there) journal.violated(`post ${post} of ${name} is lost`);
      }
      for (const post of deleted) {
        const { status } = await surely('post', 'GET', `/api/posts/${post}`);
        if (status !== 404) {
          journal.violated(`post ${post} of ${name} was deleted, and is ${status}`);
        }
      }
      return [];
    },
  };
}
