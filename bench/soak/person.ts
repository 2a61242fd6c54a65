import { createAsker } from './asker.ts';
import type { Blog } from './blog.ts';
import type { Journal } from './journal.ts';
import type { Random } from './random.ts';
import type { Actor, Surface, Uploads } from './surface.ts';
import { useAlbum } from './surfaces/albums.ts';
import { useComments } from './surfaces/comments.ts';
import { useDrafts } from './surfaces/drafts.ts';
import { useFace } from './surfaces/faces.ts';
import { usePosts } from './surfaces/posts.ts';
import { useReading } from './surfaces/reading.ts';

/** All that a person does. */
const SURFACES = [useFace, usePosts, useDrafts, useAlbum, useComments, useReading];

/** Before a token ends, which is after half an hour (ACCESS_TOKEN_EXPIRE_MINUTES). */
const RENEW_MS = 10 * 60_000;

export interface Person {
  email: string;
  password: string;
  /** Does one thing, chosen at random. */
  step: () => Promise<unknown>;
  /** Checks everything that was ever confirmed; returns the files that must be in the store. */
  settle: () => Promise<string[]>;
}

/** Registers a person who does one thing after another at one of the blog's nodes. */
export async function createPerson(
  blog: Blog,
  journal: Journal,
  random: Random,
  uploads: Uploads,
  name: string,
): Promise<Person> {
  const node = random.pick(blog.nodes);
  const asker = createAsker(node, journal, blog);
  const email = `${name}@example.com`;
  const password = 'a long password';
  const json = { username: name, email, password };
  const registered = await asker.surely('register', 'POST', '/api/users', { json });
  const { id } = JSON.parse(registered.text) as { id: number };
  const bearer = { authorization: '' };
  let signedInAt = 0;
  const login = async () => {
    const { text } = await asker.surely('login', 'POST', '/api/users/token', {
      body: new URLSearchParams({ username: email, password }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { access_token } = JSON.parse(text) as { access_token: string };
    bearer.authorization = `Bearer ${access_token}`;
    signedInAt = performance.now();
  };
  await login();
  const { url, up } = node;
  const actor: Actor = { ...asker, id, name, bearer, url, up, journal, random, uploads };

  const surfaces = SURFACES.map((use) => use(actor));
  const all: Surface['steps'] = [...surfaces.flatMap(({ steps }) => steps), [1, login]];
  const deck = all.flatMap(([weight, step]) => Array<typeof step>(weight).fill(step));
  return {
    email,
    password,
    step: () => (performance.now() - signedInAt > RENEW_MS ? login() : random.pick(deck)()),
    settle: async () => {
      await login();
      const files: string[] = [];
      for (const surface of surfaces) files.push(...(await surface.settle()));
      return files;
    },
  };
}
