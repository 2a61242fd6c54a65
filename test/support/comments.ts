import assert from 'node:assert/strict';
import type { Client, User } from './client.ts';

/** A comment as the API answers it. */
export interface Comment {
  id: number;
  post_id: number;
  parent_id: number | null;
  content: string;
  html: string;
  state: string;
  created_at: string;
  edited_at: string | null;
  author: User | null;
}

export interface Comments {
  comments: Comment[];
  next: string | null;
}

/** Adds a comment. */
export async function newComment(
  { api }: Pick<Client, 'api'>,
  token: string,
  postId: number,
  json: { content: string; parent_id?: number | null },
): Promise<Comment> {
  const answer = await api<Comment>('POST', `/api/posts/${postId}/comments`, { token, json });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

/** The comments on a post, as somebody reads them: the first page. */
export async function commentsOn(
  { api }: Pick<Client, 'api'>,
  postId: number,
  token?: string,
): Promise<Comment[]> {
  const sent = token === undefined ? {} : { token };
  const answer = await api<Comments>('GET', `/api/posts/${postId}/comments?limit=100`, sent);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.comments;
}
