import assert from 'node:assert/strict';
import type { Client } from '../client.ts';
import { multipart, MULTIPART } from '../multipart.ts';

/** What the API answers about a new picture for posts. */
export interface AddedPicture {
  id: number;
  markdown: string;
  width: number;
  height: number;
  urls: Record<'480' | '960' | '1920' | 'jpeg', string>;
}

/** Adds a picture for posts, with its alt text or caption if they are given. */
export async function addPicture(
  { api }: Pick<Client, 'api'>,
  { token }: { token: string },
  data: Buffer,
  texts: { alt?: string; caption?: string } = {},
): Promise<AddedPicture> {
  const fields = Object.entries(texts).map(([name, text]) => ({ name, data: text }));
  const body = multipart([{ name: 'file', filename: 'a.jpg', data }, ...fields]);
  const answer = await api<AddedPicture>('POST', '/api/pictures', {
    token,
    body,
    headers: MULTIPART,
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}
