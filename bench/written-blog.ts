import { createClient, type Person } from '../test/support/client.ts';
import { photo } from '../test/support/pictures.ts';
import type { Bench } from './group.ts';
import type { Program } from './program.ts';
import { uploadsOf } from './uploads-of.ts';

const PEOPLE = 16;
const POSTS = 40;
/** The first ones, which the home page does not show, have a tag. */
const TAGGED = 10;
/** 640 characters, in four paragraphs. */
const CONTENT = `${'A line of text.\n'.repeat(10)}\n`.repeat(4);

/** A blog with people who have pictures and posts. */
export interface WrittenBlog extends Program {
  people: Person[];
  /** Bearer token and session cookie of the first of them. */
  token: string;
  cookie: string;
  /** Path of their picture in 64 pixels. */
  smallPicture: string;
}

export async function openWrittenBlog(bench: Bench): Promise<WrittenBlog> {
  const program = await bench.startMasthead();
  const { url } = program;
  const client = createClient(url);
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await client.person());
  const upload = uploadsOf(url, people, await photo());
  for (const _ of people) await upload();
  const [first] = people as [Person];
  for (let n = 1; n <= POSTS; n++) {
    const { token } = people[n % PEOPLE] ?? first;
    const json = { title: `Post ${n}`, content: CONTENT, tags: n <= TAGGED ? ['soup'] : [] };
    await client.api('POST', '/api/posts', { token, json });
  }
  const form = { username: first.email, password: first.password };
  const { headers } = await client.api('POST', '/login', { form });
  const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const page = await (await fetch(url)).text();
  const [smallPicture = ''] = /\/media\/profile_pics_64\/\w+\.webp/.exec(page) ?? [];
  return { ...program, people, token: first.token, cookie, smallPicture };
}
