import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Person } from '../../test/support/client.ts';
import { drawPicture } from '../seed/pictures.ts';

export interface StrangePosts {
  long: string;
  word: string;
  everything: string;
  people: string[];
}

/** Unusual posts that people may write, but that nobody thinks of trying. */
export async function writeStrangely(client: Client, longName: string): Promise<StrangePosts> {
  const names = ['👩🏽‍🚀🏳️‍🌈', 'مريم العلي', longName];
  const people: Person[] = [];
  for (const name of names) people.push(await client.person(name));
  const [emoji, arabic, long] = people as [Person, Person, Person];
  await client.post(
    arabic.token,
    'مقال قصير',
    'كتبت هذا من اليمين إلى اليسار.\n\nAnd this from the left.',
  );
  const everything = await writeEverything(client, long.token);
  const word = await client.post(
    emoji.token,
    'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.padEnd(100, '!'),
    'W'.repeat(600),
  );
  const line =
    'A hundred kilobytes are some thirty pages of a book, and somebody will paste them.\n\n';
  const whole = await client.post(
    long.token,
    'A title of a hundred characters, which is as long as it may be and longer than it should be, surely',
    line.repeat(Math.ceil(100_000 / line.length)),
  );
  return {
    long: `/posts/${whole.id}`,
    word: `/posts/${word.id}`,
    everything: `/posts/${everything}`,
    people: people.map(({ id }) => `/users/${id}/posts`),
  };
}

/** A post with all that Markdown has; returns its id. */
async function writeEverything({ api }: Client, token: string): Promise<number> {
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.from(await drawPicture('wiring'))]), 'rope');
  const picture = await api<{ id: number }>('POST', '/api/pictures', { token, body: form });
  const text = readFileSync(join(import.meta.dirname, 'long-post.md'), 'utf8');
  const content = text.replace('picture:lamp', `/pictures/${picture.body.id}`);
  const json = { title: 'One of everything', content, format: 'markdown', tags: ['rope', 'tides'] };
  const { body, status } = await api<{ id: number }>('POST', '/api/posts', { token, json });
  if (status !== 201) throw new Error(`the post with everything: ${status}`);
  return body.id;
}
