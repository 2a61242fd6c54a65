import type { Actor, Surface } from '../surface.ts';

interface Draft {
  version: number;
  content: string;
}

/** How many drafts a person has at most. */
const MOST = 10;

/** Drafts by the API: begun, saved again and again, published, deleted. */
export function useDrafts({ name, bearer, journal, random, ask, surely, isOpen }: Actor): Surface {
  const drafts = new Map<number, Draft>();
  const published = new Map<number, string>();
  const path = (id: number) => `/api/drafts/${id}`;
  const pick = () => random.pick([...drafts]);
  let count = 0;

  const begin = async () => {
    if (drafts.size >= MOST) return;
    const content = `Draft ${++count} of ${name}`;
    const json = { title: 'A draft', content, format: 'markdown' };
    const answer = await ask('begin draft', 'POST', '/api/drafts', { headers: bearer, json });
    if (answer.status !== 201) return;
    const { id, version } = JSON.parse(answer.text) as { id: number; version: number };
    drafts.set(id, { version, content });
  };

  const save = async () => {
    if (drafts.size === 0) return;
    const [id, { version, content: before }] = pick();
    const content = `Draft ${++count} of ${name}`;
    const headers = { ...bearer, 'if-match': `"${version}"` };
    const answer = await ask('save draft', 'PATCH', path(id), { headers, json: { content } });
    if (answer.status === 200) {
      drafts.set(id, { version: (JSON.parse(answer.text) as Draft).version, content });
    } else if (isOpen(answer)) {
      await checkStored(id, [before, content]);
    } else if (answer.status !== 503) {
      journal.violated(`saving draft ${id} of ${name} got ${answer.status}`);
    }
  };

  /** The draft must have one of these contents. */
  async function checkStored(id: number, contents: string[]): Promise<void> {
    const { status, text } = await surely('draft', 'GET', path(id), { headers: bearer });
    const stored = status === 200 ? (JSON.parse(text) as Draft) : undefined;
    if (!stored || !contents.includes(stored.content)) {
      journal.violated(`draft ${id} of ${name} is lost (${status})`);
      drafts.delete(id);
    } else drafts.set(id, stored);
  }

  const publish = async () => {
    if (drafts.size === 0) return;
    const [id, { content }] = pick();
    const answer = await ask('publish', 'POST', `${path(id)}/publish`, { headers: bearer });
    if (answer.status === 201)
      published.set((JSON.parse(answer.text) as { id: number }).id, content);
    // After an answer that leaves it open it is a post or still a draft.
    if (answer.status === 201 || isOpen(answer)) drafts.delete(id);
    else if (answer.status !== 503) journal.violated(`publishing got ${answer.status}`);
  };

  const discard = async () => {
    if (drafts.size === 0) return;
    const [id] = pick();
    const answer = await ask('delete draft', 'DELETE', path(id), { headers: bearer });
    if (answer.status === 204 || isOpen(answer)) drafts.delete(id);
  };

  return {
    steps: [
      [2, begin],
      [8, save],
      [1, publish],
      [1, discard],
    ],
    settle: async () => {
      for (const [id, { content }] of drafts) await checkStored(id, [content]);
      for (const [id, content] of published) {
        const { status, text } = await surely('post', 'GET', `/api/posts/${id}`);
        const there = status === 200 && (JSON.parse(text) as Draft).content === content;
        if (!there) journal.violated(`published post ${id} of ${name} is lost`);
      }
      return [];
    },
  };
}
