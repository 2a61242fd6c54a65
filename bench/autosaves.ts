import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../test/support/client.ts';
import { send } from './load/send.ts';
import type { WrittenBlog } from './written-blog.ts';

/** 10 KB of what people write in Markdown. */
const MARKDOWN =
  '## A heading\n\nSome *text* with a [link](https://example.com) and `code`.\n\n- one\n- two\n\n'
    .repeat(120)
    .slice(0, 10_240);
export const WRITERS = 20;

export async function newDraft(url: string, token: string, n: number): Promise<{ id: number }> {
  const to = { method: 'POST', path: '/api/drafts', status: 201 };
  return JSON.parse(await write(url, token, to, { n, format: 'markdown' })) as { id: number };
}

/** Begins a draft; returns what saves it, one time after the other. */
export async function startDraft(
  url: string,
  { token }: Person,
): Promise<(n: number) => Promise<string>> {
  const { id } = await newDraft(url, token, -1);
  let version = 1;
  return (n) => {
    const to = { method: 'PUT', path: `/api/drafts/${id}`, status: 200, version: version++ };
    return write(url, token, to, { n, format: 'markdown' });
  };
}

/** Sends a text of 10 KB, or another; throws for another status. */
export function write(
  url: string,
  token: string,
  to: { method: string; path: string; status: number; version?: number },
  { n, format, content = MARKDOWN }: { n: number; format: string; content?: string },
): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(to.version !== undefined && { 'if-match': `"${to.version}"` }),
  };
  const json = JSON.stringify({ title: `Text ${n}`, content: `${n}\n\n${content}`, format });
  return send(url + to.path, { ...to, headers }, Buffer.from(json));
}

/**
 * Begins a draft for each of WRITERS. The function that is returned saves that of the next one, and resolves
 * a WRITERS-th of a second later at the earliest.
 */
export async function openAutosaves({ url, people }: WrittenBlog): Promise<() => Promise<void>> {
  const saves: ((n: number) => Promise<unknown>)[] = [];
  for (let n = 0; n < WRITERS; n++) {
    saves.push(await startDraft(url, people[n % people.length] as Person));
  }
  let turn = 0;
  return async () => {
    await Promise.all([sleep(1000 / WRITERS), saves[turn % WRITERS]?.(turn++)]);
  };
}
