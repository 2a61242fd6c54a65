import type { Person } from '../test/support/client.ts';
import { fileBody, MULTIPART } from '../test/support/multipart.ts';
import { send } from './load/send.ts';

/**
 * Returns a function that sends a picture, each time as the next of these people, and returns the
 * path of the stored picture; throws for any answer but 200.
 */
export function uploadsOf(url: string, people: Person[], picture: Buffer): () => Promise<string> {
  const body = fileBody(picture);
  let count = 0;
  return async () => {
    const { id, token } = people[count++ % people.length] as Person;
    const headers = { ...MULTIPART, authorization: `Bearer ${token}` };
    const sent = { method: 'PATCH', headers, status: 200 };
    const said = await send(`${url}/api/users/${id}/picture`, sent, body);
    return (JSON.parse(said) as { image_path: string }).image_path;
  };
}
