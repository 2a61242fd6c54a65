import { randomUUID } from 'node:crypto';
import type { Client } from '../support/client.ts';
import { nowSeconds, signToken } from '../support/jwt.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { plain } from '../support/pictures.ts';
import type { TestServer } from '../support/server.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';
import { newSecretToken } from '../../src/auth/tokens.ts';
import type { Context } from '../../src/context.ts';
import { newPictureKey } from '../../src/media/picture-variants.ts';

export const SECRET_KEY = 'the key of these tests, which is long enough';

/** Somebody with an account, a token and a browser that is signed in. */
export interface Someone {
  id: number;
  username: string;
  email: string;
  password: string;
  token: string;
  browser: Visitor;
  cookie: string;
}

/** Registers and signs in a new user; `secret` is the server's SECRET_KEY. */
export async function someone(
  server: TestServer,
  client: Client,
  secret = SECRET_KEY,
): Promise<Someone> {
  const person = await client.register();
  const browser = createVisitor(server.url);
  await browser.signIn(person);
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  // Created here to save another password hash.
  const token = signToken(secret, { sub: String(person.id), exp: nowSeconds() + 600 });
  return { ...person, token, browser, cookie };
}

/**
 * Somebody new with the password of `model`, put into the database: neither a registration nor a
 * login then costs a hash.
 */
export async function copyOf(server: TestServer, model: Someone): Promise<Someone> {
  const { db } = server.context;
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', model.id)
    .executeTakeFirstOrThrow();
  const { id: _, picture_key: __, ...copied } = row;
  const username = `copy${randomUUID()}`;
  const email = `${username}@example.com`;
  const names = { username, username_key: username, email, email_key: email };
  const now = Date.now() * 1000;
  const { id } = await db
    .insertInto('users')
    .values({ ...copied, ...names, picture_key: null, reset_link_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { token: session, hash } = newSecretToken();
  const times = { created_at: now, last_seen_at: now, expires_at: now + 600_000_000 };
  const sessionRow = { token_hash: hash, user_id: id, user_agent: '', ...times };
  await db.insertInto('sessions').values(sessionRow).execute();
  const change = { token_hash: `change of ${id}`, user_id: id, email: `pending${id}@example.com` };
  await db
    .insertInto('email_changes')
    .values({ ...change, expires_at: times.expires_at })
    .execute();
  const browser = createVisitor(server.url);
  browser.cookies.set('session', session);
  const token = signToken(SECRET_KEY, { sub: String(id), exp: nowSeconds() + 600 });
  return { ...model, id, username, email, token, browser, cookie: `session=${session}` };
}

export const pixel = await plain('#123456').png().toBuffer();

/** Gives them a draft; returns its id. */
export async function giveDraft({ db }: Context, { id: user_id }: Someone): Promise<number> {
  const text = { title: 'A draft', content: 'Not yet finished', format: 'text' } as const;
  const { id } = await db
    .insertInto('drafts')
    .values({ user_id, ...text, share_hash: randomUUID(), created_at: 0, updated_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives their draft an earlier text; returns the id of that revision. */
export async function giveDraftRevision(
  { db }: Context,
  { id: user_id }: Someone,
  draft_id: number,
): Promise<number> {
  const text = { title: 'A draft', content: 'Only begun', format: 'text' } as const;
  const { id } = await db
    .insertInto('revisions')
    .values({ user_id, draft_id, ...text, published: 0, created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives them a comment on a post; returns its id. */
export async function giveComment(
  { db }: Context,
  { id: user_id }: Someone,
  post_id: number,
): Promise<number> {
  const text = { content: 'A comment', html: '<p>A comment</p>' };
  const { id } = await db
    .insertInto('comments')
    .values({ post_id, user_id, ...text, created_at: Date.now() * 1000 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives them an address of private feeds. */
export async function giveFeeds({ db }: Context, { id: user_id }: Someone): Promise<void> {
  const feed = { user_id, token_hash: randomUUID(), created_at: 0 };
  await db.insertInto('private_feeds').values(feed).execute();
}

/** Tells them that a post was published; returns the notice's id. */
export async function giveNotice(
  { db }: Context,
  { id: user_id }: Someone,
  post_id: number,
): Promise<number> {
  const { id } = await db
    .insertInto('notices')
    .values({ user_id, kind: 'published', post_id, created_at: Date.now() * 1000 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives them a picture for posts, without files; returns its id. */
export async function givePostPicture({ db }: Context, { id: user_id }: Someone): Promise<number> {
  const key = newPictureKey();
  const ledger = { key, kind: 'post', user_id, state: 'live', created_at: 0 } as const;
  await db.insertInto('pictures').values(ledger).execute();
  const size = { width: 40, height: 30, bytes: 0 };
  const { id } = await db
    .insertInto('post_pictures')
    .values({ key, user_id, ...size, alt: '', caption: '', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives them a picture; returns its name in the store. */
export async function givePicture(
  client: Client,
  { id, token }: Pick<Someone, 'id' | 'token'>,
): Promise<string> {
  const answer = await client.api('PATCH', `/api/users/${id}/picture`, {
    token,
    body: fileBody(pixel),
    headers: MULTIPART,
  });
  return String(answer.body['image_path']).replace('/media/', '');
}

const TABLES = [
  'posts',
  'comments',
  'drafts',
  'sessions',
  'reset_tokens',
  'email_changes',
  'pictures',
  'post_pictures',
  'reports',
  'private_feeds',
] as const;

/** Everything the database has about a user, as text. */
export async function rowsOf({ db }: Context, id: number): Promise<string> {
  const found = await db.selectFrom('users').selectAll().where('id', '=', id).execute();
  // The front page records that it was read.
  const own = found.map((row) => ({ ...row, seen_at: null, last_visit_at: null }));
  const others = TABLES.map((table) =>
    db.selectFrom(table).selectAll().where('user_id', '=', id).execute(),
  );
  // What others do adds notices; only their owner reads them.
  const read = db
    .selectFrom('notices')
    .select('id')
    .where('user_id', '=', id)
    .where('read_at', 'is not', null);
  return JSON.stringify([own, await read.execute(), ...(await Promise.all(others))]);
}

/** The whole content of the database, as text. */
export async function allRows({ db }: Context): Promise<string> {
  const tables = ['users', ...TABLES] as const;
  const rows = tables.map((table) => db.selectFrom(table).selectAll().execute());
  return JSON.stringify(await Promise.all(rows));
}
