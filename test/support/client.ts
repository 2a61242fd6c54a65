import assert from 'node:assert/strict';
import { ask } from './servers/ask.ts';

/** An answer read to its end; `body` is the parsed JSON, or undefined. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

/** What a request sends; `json` and `form` set their content type, `body` sets none. */
export interface Sent {
  token?: string;
  json?: unknown;
  form?: Record<string, string>;
  body?: string | Uint8Array | FormData | ReadableStream;
  headers?: Record<string, string>;
}

export interface User {
  id: number;
  username: string;
  image_file: string | null;
  image_path: string;
  email?: string;
}

export interface Post {
  title: string;
  content: string;
  id: number;
  user_id: number;
  date_posted: string;
  author: User;
}

export interface Page {
  posts: Post[];
  total: number;
  skip: number;
  limit: number;
  has_more: boolean;
}

/** A registered user who has logged in. */
export interface Person {
  id: number;
  username: string;
  email: string;
  password: string;
  token: string;
}

/** Bytes of a body above which an answer may come before it was sent, which `fetch` copes with. */
const SMALL = 64 * 1024;

/** One request, redirects not followed. */
export async function send<T = Record<string, unknown>>(
  base: string,
  method: string,
  path: string,
  { token, json, form, body, headers }: Sent = {},
): Promise<Answer<T>> {
  const all = new Headers(headers);
  if (token !== undefined) all.set('authorization', `Bearer ${token}`);
  // Bytes instead of text, for which fetch would add a content type.
  let payload = typeof body === 'string' ? Buffer.from(body) : body;
  if (json !== undefined) {
    payload = Buffer.from(JSON.stringify(json));
    if (!all.has('content-type')) all.set('content-type', 'application/json');
  } else if (form !== undefined) {
    payload = Buffer.from(new URLSearchParams(form).toString());
    if (!all.has('content-type')) all.set('content-type', FORM);
  }
  const url = new URL(new URL(base).origin + path);
  const small = payload === undefined || (payload instanceof Uint8Array && payload.length < SMALL);
  const answer =
    small && url.protocol === 'http:'
      ? await ask(url, { method, headers: all, body: payload as Uint8Array | undefined })
      : await fetched(url, { method, headers: all, body: payload });
  return { ...answer, body: parsed(answer.text) as T };
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

async function fetched(url: URL, init: { method: string; headers: Headers; body: Sent['body'] }) {
  const { body: payload } = init;
  const body = payload instanceof Uint8Array ? Uint8Array.from(payload) : payload;
  const all: RequestInit = { ...init, body: body ?? null, redirect: 'manual' };
  if (body instanceof ReadableStream) all.duplex = 'half';
  const response = await fetch(url, all);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The API of one server, with the steps that most tests begin with. */
export function createClient(base: string) {
  let count = 0;

  const api = <T = Record<string, unknown>>(method: string, path: string, sent: Sent = {}) =>
    send<T>(base, method, path, sent);

  const login = (email: string, password: string) =>
    api<{ access_token: string; token_type: string }>('POST', '/api/users/token', {
      form: { username: email, password },
    });

  /** Registers a new user, without logging in. */
  async function register(username = `person${++count}`): Promise<Omit<Person, 'token'>> {
    const json = { username, email: `p${++count}@example.com`, password: `password of ${count}` };
    const answer = await api<User>('POST', '/api/users', { json });
    assert.equal(answer.status, 201, answer.text);
    return { id: answer.body.id, ...json };
  }

  async function person(username?: string): Promise<Person> {
    const registered = await register(username);
    const answer = await login(registered.email, registered.password);
    assert.equal(answer.status, 200, answer.text);
    return { ...registered, token: answer.body.access_token };
  }

  async function post(token: string, title = 'A title', content = 'Some text'): Promise<Post> {
    const answer = await api<Post>('POST', '/api/posts', { token, json: { title, content } });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  }

  return { api, login, register, person, post };
}

export type Client = ReturnType<typeof createClient>;

/** Asserts an error below `/api`: its status and `{"detail": …}`, and nothing else. */
export function assertError(answer: Answer, status: number, detail: string): void {
  assert.deepEqual([answer.status, answer.text], [status, JSON.stringify({ detail })]);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
}

/** Asserts a 401 below `/api`, which always names its scheme. */
export function assertUnauthorized(answer: Answer, detail: string): void {
  assertError(answer, 401, detail);
  assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
}

/** What the API is asked about passwords. */
export function passwordRequests(client: Client) {
  return {
    me: (token: string) => client.api('GET', '/api/users/me', { token }),
    change: (who: Person, current_password: string, new_password: string) =>
      client.api('PATCH', '/api/users/me/password', {
        token: who.token,
        json: { current_password, new_password },
      }),
    forgot: (email: string) =>
      client.api('POST', '/api/users/forgot-password', { json: { email } }),
    reset: (token: string, new_password = 'a new password') =>
      client.api('POST', '/api/users/reset-password', { json: { token, new_password } }),
  };
}
