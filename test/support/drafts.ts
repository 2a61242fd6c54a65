import assert from 'node:assert/strict';
import type { Client } from './client.ts';

export interface Draft {
  id: number;
  post_id: number | null;
  title: string;
  content: string;
  format: string;
  tags: string[];
  audience: string;
  version: number;
  base_revision: number | null;
  publish_at: string | null;
  updated_at: string;
}

/** Makes a draft over the API. */
export async function newDraft(
  client: Client,
  token: string,
  json: Partial<Draft> = {},
): Promise<Draft> {
  const answer = await client.api<Draft>('POST', '/api/drafts', { token, json });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

/** The header that names a version. */
export const ifMatch = ({ version }: Pick<Draft, 'version'>) => ({ 'if-match': `"${version}"` });
