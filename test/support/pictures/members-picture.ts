import type { Client, Post } from '../client.ts';
import { plain } from '../pictures.ts';
import { addPicture } from './added-picture.ts';

const pixel = await plain('#123456').png().toBuffer();

/** A picture in a post for members: the path of a file, and the post. */
export async function addMembersPicture(
  client: Client,
  author: { token: string },
): Promise<{ path: string; id: number; post: number }> {
  const { id, markdown, urls } = await addPicture(client, author, pixel);
  const [url = ''] = Object.values(urls);
  const content = `A view ${markdown}`;
  const json = { title: 'A view', content, format: 'markdown', audience: 'members' };
  const { body: post } = await client.api<Post>('POST', '/api/posts', {
    token: author.token,
    json,
  });
  return { path: new URL(url, 'http://x').pathname, id, post: post.id };
}
