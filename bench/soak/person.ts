import { request } from 'node:http';
import { fileBody, MULTIPART } from '../../test/support/multipart.ts';
import type { Blog } from './blog.ts';
import type { Random } from './random.ts';
import type { Journal } from './journal.ts';

/** Files to upload: those that must be accepted, and those that need not be. */
export interface Uploads {
  good: readonly Buffer[];
  hostile: readonly { name: string; bytes: Buffer }[];
}

interface Answer {
  /** 0 if the connection broke, with or without the server. */
  status: number;
  text: string;
  bytes: Buffer;
}

interface Sent {
  body?: Uint8Array | string;
  headers?: Record<string, string>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** An answer may take this long; nothing here should need half of it. */
const TIMEOUT_MS = 60_000;

/**
 * A person who does one thing after another, and knows from the answers what must be stored: after
 * each step this is checked. What a broken connection left open is asked for first.
 */
export async function createPerson(
  blog: Blog,
  journal: Journal,
  random: Random,
  uploads: Uploads,
  name: string,
) {
  const email = `${name}@example.com`;
  const password = 'a long password';
  /** `image_file` as in the last answer. */
  let picture: string | null = null;
  const posts = new Map<number, string>();
  const deleted = new Set<number>();
  let count = 0;

  async function ask(kind: string, method: string, path: string, sent: Sent = {}): Promise<Answer> {
    await blog.up();
    const begun = performance.now();
    const init: RequestInit = {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    if (sent.headers) init.headers = sent.headers;
    if (sent.body !== undefined) init.body = Buffer.from(sent.body);
    try {
      const answer = await fetch(blog.url + path, init);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const text = bytes.toString();
      journal.answered(kind, answer.status, performance.now() - begun);
      const announced = answer.status === 503 && answer.headers.has('retry-after');
      if (answer.status >= 500 && !announced) {
        journal.violated(`${kind}: ${answer.status} ${text.slice(0, 200)}`);
      }
      return { status: answer.status, text, bytes };
    } catch (error) {
      if (error instanceof DOMException) journal.violated(`${kind}: no answer in a minute`);
      journal.answered(kind, 0, 0);
      return { status: 0, text: '', bytes: Buffer.alloc(0) };
    }
  }

  /** Repeats a request until a healthy server answers. */
  async function surely(kind: string, method: string, path: string, sent?: Sent): Promise<Answer> {
    for (;;) {
      const answer = await ask(kind, method, path, sent);
      if (answer.status !== 0 && answer.status !== 503) return answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  const registered = await surely('register', 'POST', '/api/users', {
    headers: JSON_TYPE,
    body: JSON.stringify({ username: name, email, password }),
  });
  const { id } = JSON.parse(registered.text) as { id: number };
  const login = () =>
    surely('login', 'POST', '/api/users/token', {
      body: new URLSearchParams({ username: email, password }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const { access_token } = JSON.parse((await login()).text) as { access_token: string };
  const bearer = { authorization: `Bearer ${access_token}` };

  /** The named picture must exist, be complete, and be the one of the last answer. */
  async function checkPicture(known: boolean): Promise<void> {
    const user = JSON.parse((await surely('user', 'GET', `/api/users/${id}`)).text) as {
      image_file: string | null;
      image_path: string;
    };
    if (known && user.image_file !== picture) {
      journal.violated(`${name}: has ${user.image_file}, was told ${picture}`);
    }
    picture = user.image_file;
    const { status, bytes } = await surely('picture', 'GET', user.image_path);
    const whole =
      bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
    if (status !== 200 || !whole) journal.violated(`${name}: ${user.image_path} is ${status}`);
  }

  async function upload(kind: string, bytes: Buffer): Promise<number> {
    const { status, text } = await ask(kind, 'PATCH', `/api/users/${id}/picture`, {
      body: fileBody(bytes),
      headers: { ...bearer, ...MULTIPART },
    });
    if (status === 200) picture = (JSON.parse(text) as { image_file: string }).image_file;
    await checkPicture(status !== 0);
    return status;
  }

  const steps: Record<string, () => Promise<unknown>> = {
    replace: async () => {
      const status = await upload('good upload', random.pick(uploads.good));
      if (![200, 503, 0].includes(status)) journal.violated(`a good picture got ${status}`);
    },
    attack: async () => {
      const { name: file, bytes } = random.pick(uploads.hostile);
      const status = await upload('hostile upload', bytes);
      if (![200, 400, 503, 0].includes(status)) journal.violated(`${file} got ${status}`);
    },
    remove: async () => {
      const path = `/api/users/${id}/picture`;
      const { status } = await ask('remove picture', 'DELETE', path, { headers: bearer });
      if (status === 200) picture = null;
      await checkPicture(status !== 0);
    },
    abort: async () => {
      await blog.up();
      await abortUpload(blog.url, id, bearer, random.pick(uploads.good), random.below(100));
      await checkPicture(true);
    },
    write: async () => {
      const content = `Text ${++count} of ${name}`;
      const { status, text } = await ask('write', 'POST', '/api/posts', {
        headers: { ...bearer, ...JSON_TYPE },
        body: JSON.stringify({ title: 'A title', content }),
      });
      if (status === 201) posts.set((JSON.parse(text) as { id: number }).id, content);
    },
    edit: async () => {
      if (posts.size === 0) return;
      const post = random.pick([...posts.keys()]);
      const content = `Text ${++count} of ${name}`;
      const { status } = await ask('edit', 'PATCH', `/api/posts/${post}`, {
        headers: { ...bearer, ...JSON_TYPE },
        body: JSON.stringify({ content }),
      });
      if (status === 200) posts.set(post, content);
      // It may have been saved or not; either is right, so it is not checked any more.
      if (status === 0) posts.delete(post);
    },
    unwrite: async () => {
      if (posts.size < 20) return;
      const post = random.pick([...posts.keys()]);
      const { status } = await ask('delete', 'DELETE', `/api/posts/${post}`, { headers: bearer });
      if (status === 204) deleted.add(post);
      if (status !== 503) posts.delete(post);
    },
    home: () => ask('home page', 'GET', '/'),
    list: () => ask('list', 'GET', `/api/posts?skip=${random.below(50)}`),
    login,
  };
  /** How often each step is taken, relative to the others. */
  const weights: [keyof typeof steps, number][] = [
    ['replace', 6],
    ['attack', 8],
    ['remove', 1],
    ['abort', 2],
    ['write', 4],
    ['edit', 2],
    ['unwrite', 2],
    ['home', 8],
    ['list', 6],
    ['login', 1],
  ];
  const deck = weights.flatMap(([step, weight]) => Array<string>(weight).fill(step));

  return {
    step: () => steps[random.pick(deck)]?.(),
    /** Checks everything that was ever confirmed; returns the picture that must be in the store. */
    settle: async (): Promise<string | null> => {
      await checkPicture(true);
      for (const [post, content] of posts) {
        const { status, text } = await surely('post', 'GET', `/api/posts/${post}`);
        const there =
          status === 200 && (JSON.parse(text) as { content: string }).content === content;
        if (!there) journal.violated(`post ${post} of ${name} is lost`);
      }
      for (const post of deleted) {
        const { status } = await surely('post', 'GET', `/api/posts/${post}`);
        if (status !== 404)
          journal.violated(`post ${post} of ${name} was deleted, and is ${status}`);
      }
      return picture;
    },
  };
}

/** Sends so many per cent of an upload and disconnects. */
function abortUpload(
  url: string,
  id: number,
  bearer: Record<string, string>,
  bytes: Buffer,
  percent: number,
): Promise<void> {
  const body = fileBody(bytes);
  return new Promise((resolve) => {
    const sent = request(`${url}/api/users/${id}/picture`, {
      method: 'PATCH',
      headers: { ...bearer, ...MULTIPART, 'content-length': body.length },
    });
    sent.on('error', () => {}).on('close', () => resolve());
    sent.write(body.subarray(0, Math.floor((body.length * percent) / 100)), () => sent.destroy());
  });
}
