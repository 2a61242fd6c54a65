import type { Client, Post } from '../client.ts';
import { fileBody, MULTIPART } from '../multipart.ts';
import { plain } from '../pictures.ts';

const pixel = await plain('#123456').png().toBuffer();

/** A picture in a post for members: the path of a file, and the post. */
export async function addMembersPicture(
  client: Client,
  { token }: { token: string },
): Promise<{ path: string; id: number; post: number }> {
  const sent = { token, body: fileBody(pixel), headers: MULTIPART };
  const { body: picture } = await client.api('POST', '/api/pictures', sent);
  const [url = ''] = Object.values(picture['urls'] as Record<string, string>);
  const content = `A view ${String(picture['markdown'])}`;
  const json = { title: 'A view', content, format: 'markdown', audience: 'members' };
  const { body: post } = await client.api<Post>('POST', '/api/posts', { token, json });
  return { path: new URL(url, 'http://x').pathname, id: Number(picture['id']), post: post.id };
}
