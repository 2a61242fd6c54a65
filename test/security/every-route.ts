import type { Role, UserRow } from '../../src/db/schema.ts';
import { newestPublished } from '../../src/posts/history/revisions.service.ts';
import type { Answer, Client, Sent } from '../support/client.ts';
import { MULTIPART, multipart } from '../support/multipart.ts';
import type { TestServer } from '../support/server.ts';
import {
  allRows,
  copyOf,
  giveComment,
  giveDraft,
  giveDraftRevision,
  giveFeeds,
  giveNotice,
  givePostPicture,
  givePicture,
  pixel,
  rowsOf,
  someone,
  type Someone,
} from './people.ts';
import { nameOf, type Route } from './routes.ts';

/**
 * Who asks: nobody; the owner with a cookie where a token counts and the other way round; somebody
 * else; another site in the owner's browser; the owner.
 */
type Actor = 'anonymous' | 'crossed' | 'another' | 'other site' | 'owner';
const ACTORS: Actor[] = ['anonymous', 'crossed', 'another', 'other site', 'owner'];

/** One request and its effects. */
export interface Visit {
  route: string;
  actor: Actor;
  /** whether the request had its actor's cookie or token */
  signedIn: boolean;
  answer: Answer;
  owner: Someone;
  /** whether any data of the owner changed */
  touched: boolean;
  /** whether the database has a value that no client may set */
  forged: boolean;
}

/** Sent for every field that only the server may set. */
const FORGED = 424_242_424;
const FORGED_TEXT = `forged${FORGED}`;
const FORGED_FIELDS = {
  ...Object.fromEntries(
    ['id', 'user_id', 'author_id', 'owner_id', 'token_version', 'password_changed_at']
      .concat(['created_at', 'last_seen_at', 'expires_at', 'due_at', 'ver', 'postCount'])
      .map((name) => [name, FORGED]),
  ),
  ...Object.fromEntries(
    ['password_hash', 'image_file', 'image_path', 'picture_key', 'key', 'state', 'token_hash']
      .concat(['username_key', 'email_key', 'date_posted', 'role', 'user_agent', 'form_key'])
      .map((name) => [name, FORGED_TEXT]),
  ),
  author: { id: FORGED, username: FORGED_TEXT },
  user: { id: FORGED, password_hash: FORGED_TEXT },
};

let count = 0;

/** Every field that any route accepts, with valid values, and fields that none accepts. */
function fieldsFor(route: string, { password, email }: { password: string; email: string }) {
  const name = `new${(count += 1)}`;
  const login = route.endsWith('/login') || route.endsWith('/token');
  return {
    ...FORGED_FIELDS,
    username: login ? email : name,
    email: `${name}@example.com`,
    password: login ? password : 'another long password',
    current_password: password,
    new_password: 'another long password',
    confirm_password: 'another long password',
    title: `About ${name}`,
    content: 'Some text',
    token: 'unknown',
    reason: 'Advertising',
    days: '7',
    uses: '1',
    ...(route.endsWith('/rename') && { name }),
    into: 'Other',
    ...(route.endsWith('/role') && { role: 'reader' }),
    ...(route.endsWith('/correct') && { version: '2' }),
    alt: `A view of ${name}`,
    draft_version: '1',
  };
}

function bodyOf({ body }: Route, fields: Record<string, unknown>): Sent {
  if (body === undefined) return {};
  if (body === 'json') return { json: fields };
  const texts = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
  const form = Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
  if (body === 'form') return { form };
  const parts = Object.entries(form).map(([name, data]) => ({ name, data }));
  const file = { name: 'file', filename: 'me.png', data: pixel };
  return { body: multipart([...parts, file]), headers: MULTIPART };
}

/** Calls each route for an object of somebody else, as a new user with this role and state. */
export async function answersOf(
  server: TestServer & { routes: Route[] },
  client: Client,
  account: { role: Role; state: UserRow['state'] },
): Promise<[route: string, { status: number | 'login'; text: string }][]> {
  const answers: [string, { status: number | 'login'; text: string }][] = [];
  const model = await someone(server, client);
  const strangers = async () => {
    const people = await newPeople(server, client, model);
    const rows = server.context.db.updateTable('users').set(account);
    await rows.where('id', '=', people.another.id).execute();
    return people;
  };
  let people = await strangers();
  for (const route of server.routes) {
    if (/picture|media/.test(route.url)) people.picture ??= await givePicture(client, people.owner);
    const { status, text, headers } = await ask(server, client, route, 'another', people);
    const login = headers.get('location')?.startsWith('/login?next=') === true;
    answers.push([nameOf(route), { status: login ? 'login' : status, text }]);
    // What was refused has changed nothing; every-route.test.ts is about that.
    if (route.method !== 'GET' && status < 400 && !login) people = await strangers();
  }
  return answers;
}

/** Calls each route as each actor in turn, for an object of a new owner; the owner comes last. */
export async function visitAll(
  server: TestServer & { routes: Route[] },
  client: Client,
): Promise<Visit[]> {
  const visits: Visit[] = [];
  const model = await someone(server, client);
  let people = await newPeople(server, client, model);
  for (const route of server.routes) {
    // Creating one costs more than everything else here.
    if (/picture|media/.test(route.url)) people.picture ??= await givePicture(client, people.owner);
    const { owner } = people;
    for (const actor of ACTORS) {
      const before = await rowsOf(server.context, owner.id);
      const answer = await ask(server, client, route, actor, people);
      // What a refused request or a read had written would be found after the next that may write.
      const mayWrite = route.method !== 'GET' && answer.status < 400;
      visits.push({
        route: nameOf(route),
        actor,
        signedIn: /owner|another/.test(actor) || (actor === 'other site' && !isApi(route)),
        answer,
        owner,
        touched: (await rowsOf(server.context, owner.id)) !== before,
        forged: mayWrite && (await allRows(server.context)).includes(String(FORGED)),
      });
    }
    if (route.method !== 'GET') people = await newPeople(server, client, model);
  }
  return visits;
}

interface People {
  owner: Someone;
  another: Someone;
  post: number;
  /** The post's first one. */
  revision: number | null;
  draft: number;
  /** One of the draft's. */
  draftRevision: number;
  /** on the post */
  comment: number;
  /** id of one for posts */
  notice: number;
  postPicture: number;
  picture?: string;
}

async function newPeople(server: TestServer, client: Client, model: Someone): Promise<People> {
  const [owner, another] = [await copyOf(server, model), await copyOf(server, model)];
  const { id: post } = await client.post(owner.token);
  const revision = await newestPublished(server.context.db, post);
  // Now there is something to restore.
  const tags = [`t${post}`, 'Other'];
  const change = { token: owner.token, json: { content: 'Another text', tags } };
  await client.api('PATCH', `/api/posts/${post}`, change);
  const [draft, postPicture] = [
    await giveDraft(server.context, owner),
    await givePostPicture(server.context, owner),
  ];
  const draftRevision = await giveDraftRevision(server.context, owner, draft);
  const comment = await giveComment(server.context, owner, post);
  await giveFeeds(server.context, owner);
  const notice = await giveNotice(server.context, owner, post);
  return { owner, another, post, revision, draft, draftRevision, comment, notice, postPicture };
}

const isApi = ({ url }: Route) => url.startsWith('/api');

async function ask(
  { context, url }: TestServer,
  client: Client,
  route: Route,
  actor: Actor,
  people: People,
): Promise<Answer> {
  const { owner, another } = people;
  const revision = route.url.startsWith('/drafts/') ? people.draftRevision : people.revision;
  const path = route.url
    .replace(':user_id', String(owner.id))
    .replace(':year/:month', new Date().toISOString().slice(0, 7).replace('-', '/'))
    .replace(':post_id', String(people.post))
    .replace(':tag', `t${people.post}`)
    .replace(':draft_id', String(people.draft))
    .replace(':report_id', '424242')
    .replace(':comment_id', String(people.comment))
    .replace(':notice_id', String(people.notice))
    .replace(':invitation_id', '424242')
    .replace(':picture_id', String(people.postPicture))
    .replace(':revision_id', String(revision))
    .replace(':file', '1')
    .replace('/media/*', `/media/${people.picture ?? ''}`)
    .replace('/static/*', '/static/profile_pics/default.jpg');
  const knows = { email: owner.email, password: 'a wrong password' };
  const person = { another, owner, crossed: knows, 'other site': knows, anonymous: knows }[actor];
  const found = await context.db
    .selectFrom('sessions')
    .select('token_hash')
    .where('user_id', '=', owner.id)
    .executeTakeFirst();
  const session = found?.token_hash ?? '';
  const sent = bodyOf(route, { ...fieldsFor(nameOf(route), person), session });
  const api = isApi(route);
  const who = actor === 'another' ? another : owner;
  // Another site can make a browser send its cookies, but not a header.
  const byToken = {
    anonymous: false,
    crossed: !api,
    another: api,
    'other site': false,
    owner: api,
  };
  const headers = {
    ...sent.headers,
    ...(path.startsWith('/api/drafts/') && { 'if-match': '"1"' }),
    origin: actor === 'other site' ? 'https://evil.example' : new URL(url).origin,
    ...(actor === 'other site' && { 'sec-fetch-site': 'cross-site' }),
    ...(byToken[actor] && { authorization: `Bearer ${who.token}` }),
    ...(actor !== 'anonymous' && !byToken[actor] && { cookie: who.cookie }),
  };
  return client.api<unknown>(route.method, path, { ...sent, headers });
}
