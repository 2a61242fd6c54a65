import type { Browser, BrowserContextOptions } from 'playwright-core';
import { hashSecretToken } from '../../src/auth/tokens.ts';
import { createUser } from '../../src/users/users.service.ts';
import { createClient, type Client, type Page, type Person } from '../../test/support/client.ts';
import { startServer, type TestServer } from '../../test/support/server.ts';
import { DEMO_PASSWORD } from '../seed/people.ts';
import { seedBlog } from '../seed/seed.ts';
import { beginForMembers, keepDrafts, runGroup } from './group.ts';
import { ownerPath, resetPath } from './links.ts';
import { fillTalk, type Talk } from './talk.ts';
import { type StrangePosts, writeStrangely } from './strange-posts.ts';

/**
 * A blog with the demo's people, one without posts, one with a first post, one with unusual names
 * and lengths, one with closed registration, a new one for members only, and one on which people talk.
 */
export type SiteName = 'full' | 'empty' | 'first' | 'strange' | 'closed' | 'members' | 'talk';
/**
 * A user with everything, a new one with a very long name, and the owner; one of the closed blog who
 * changes the address; the owner of the blog for members, and somebody who waits for approval there;
 * and of the blog on which people talk one who writes, an editor, and one who is new.
 */
export type Visitor =
  | 'nobody'
  | 'author'
  | 'newcomer'
  | 'owner'
  | 'mover'
  | 'founder'
  | 'applicant'
  | 'talker'
  | 'talk-editor'
  | 'talk-newcomer';

type SignedIn = NonNullable<BrowserContextOptions['storageState']>;

export interface Sites {
  urls: Record<SiteName, string>;
  /** What a browser keeps of each visitor's login. */
  signedIn: Record<Visitor, SignedIn | undefined>;
  newcomerId: number;
  /** The path of the link by which the mover confirms the new address. */
  confirmPath: string;
  /** The path of the link by which the mover sets a new password. */
  resetPath: string;
  /** The path of the link for the owner of the blog without posts. */
  ownerPath: string;
  /** Paths of the longest post of the strange blog, of those with the longest word and with all of Markdown. */
  strange: StrangePosts;
  /** Paths on the blog that has an owner. */
  group: Omit<Awaited<ReturnType<typeof runGroup>>, 'owner'>;
  /** Paths of a draft of the author, and of the link by which others read it. */
  drafts: Awaited<ReturnType<typeof keepDrafts>>;
  /** Paths of a post of the author that was changed, of what changed at last, and of the text before. */
  revised: { post: string; change: string; earlier: string };
  talk: Talk;
  /** The path of the post with this title. */
  postPath: (title: string) => string;
  /** The path of the page of a person's posts. */
  personPath: (username: string) => string;
  stop: () => Promise<void>;
}

const NAME = { SITE_NAME: 'The Lockside Post' };
const AUTHOR = 'marta@example.com';
export const NEWCOMER = 'Bartholomew Featherstonehaugh-Ravenscroft-Ellis II';
/** Two more browsers of the author, for the list of sessions. */
const OTHER_BROWSERS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
];

/** Starts the blogs over temporary folders and fills them. */
export async function startSites(browser: Browser): Promise<Sites> {
  const full = await startServer(NAME);
  // Opened at another address than its own, so that a browser keeps no session here.
  const empty = await startServer({ ...NAME, FRONTEND_URL: 'https://lockside.example' });
  const first = await startServer(NAME);
  const strange = await startServer(NAME);
  // The mail server need not exist: its mails wait.
  const closed = await startServer({ ...NAME, REGISTRATION: 'closed', MAIL_SERVER: 'localhost' });
  const members = await startServer(NAME);
  const talking = await startServer(NAME);
  const talk = await fillTalk(talking);
  await seedBlog(full.url, () => {});
  await writeFirst(createClient(first.url));
  const mover = await changeAddress(closed);
  const client = createClient(full.url);
  const revised = await changePost(client);
  const newcomer = await client.register(NEWCOMER);
  const { posts } = (await client.api<Page>('GET', '/api/posts?limit=100')).body;
  const found = (what: string, wanted: (post: (typeof posts)[number]) => boolean) => {
    const post = posts.find(wanted);
    if (!post) throw new Error(`the demo has no ${what}`);
    return post;
  };
  const idOf = (title: string) => found(title, (post) => post.title === title).id;
  const { owner, ...group } = await runGroup(
    { server: full, client },
    idOf,
    await loginOf(client, 'noor@example.com'),
  );
  const author = await loginOf(client, AUTHOR);
  const { founder, applicant } = await beginForMembers(members);
  for (const userAgent of OTHER_BROWSERS) {
    await signIn(browser, full.url, { email: AUTHOR, password: DEMO_PASSWORD, userAgent });
  }
  return {
    urls: {
      full: full.url,
      empty: empty.url,
      first: first.url,
      strange: strange.url,
      closed: closed.url,
      members: members.url,
      talk: talking.url,
    },
    group,
    drafts: await keepDrafts(full.url, author),
    strange: await writeStrangely(createClient(strange.url), NEWCOMER),
    signedIn: {
      nobody: undefined,
      author: await signIn(browser, full.url, { email: AUTHOR, password: DEMO_PASSWORD }),
      newcomer: await signIn(browser, full.url, newcomer),
      owner: await signIn(browser, full.url, owner),
      mover: await signIn(browser, closed.url, mover),
      founder: await signIn(browser, members.url, founder),
      applicant: await signIn(browser, members.url, applicant),
      talker: await signIn(browser, talking.url, talk.writer),
      'talk-editor': await signIn(browser, talking.url, talk.editor),
      'talk-newcomer': await signIn(browser, talking.url, talk.newcomer),
    },
    newcomerId: newcomer.id,
    revised,
    talk,
    confirmPath: mover.confirmPath,
    resetPath: await resetPath(closed, mover.email),
    ownerPath: await ownerPath(empty),
    postPath: (title) => `/posts/${idOf(title)}`,
    personPath: (name) =>
      `/users/${found(name, ({ author }) => author.username === name).user_id}/posts`,
    stop: async () => {
      const all = [full, empty, first, strange, closed, members, talking];
      await Promise.all(all.map((server) => server.stop()));
    },
  };
}

/** Somebody of the demo. */
async function loginOf(client: Client, email: string): Promise<Person> {
  const { body } = await client.login(email, DEMO_PASSWORD);
  const token = body.access_token;
  const me = await client.api<{ id: number; username: string }>('GET', '/api/users/me', { token });
  return { ...me.body, email, password: DEMO_PASSWORD, token };
}

/** Changes the author's newest post: a few words, and then all of it. */
async function changePost(client: Client): Promise<Sites['revised']> {
  const login = await client.login(AUTHOR, DEMO_PASSWORD);
  const token = login.body.access_token;
  const { id: user } = (await client.api<{ id: number }>('GET', '/api/users/me', { token })).body;
  const { posts } = (await client.api<Page>('GET', `/api/users/${user}/posts`)).body;
  const { id = 0, content = '' } = posts.at(-1) ?? {};
  const change = (text: string) =>
    client.api('PATCH', `/api/posts/${id}`, { token, json: { content: text } });
  await change('Another text altogether, which was a mistake.');
  await change(content.replace(/ (\w+) (\w+)/, ' $2 and $1'));
  const { body } = await client.api('GET', `/api/posts/${id}/revisions`, { token });
  const [newest, , first] = body['revisions'] as { id: number }[];
  const post = `/posts/${id}`;
  const at = (revision?: { id: number }) => `${post}/history/${revision?.id}`;
  return { post, change: at(newest), earlier: at(first) };
}

/** Somebody whose new address waits to be confirmed. */
async function changeAddress({ context }: TestServer) {
  const password = 'ink and paper';
  const user = await createUser(context, {
    username: 'Iris Moreau',
    email: 'iris@example.com',
    password,
  });
  // Without a mail, whose next try would bring another token.
  const token = 'a-token';
  const change = { token_hash: hashSecretToken(token), user_id: user.id };
  const day = 24 * 60 * 60 * 1_000_000;
  await context.db
    .insertInto('email_changes')
    .values({ ...change, email: 'iris.moreau@example.org', expires_at: Date.now() * 1000 + day })
    .execute();
  return { email: user.email, password, confirmPath: `/confirm-email?token=${token}` };
}

async function writeFirst(client: Client): Promise<void> {
  const { token } = await client.person('Marta Nowak');
  await client.post(token, 'The first of many', 'Somebody has to begin.');
}

async function signIn(
  browser: Browser,
  url: string,
  { email, password, userAgent }: { email: string; password: string; userAgent?: string },
): Promise<SignedIn> {
  const context = await browser.newContext(userAgent === undefined ? {} : { userAgent });
  const form = { username: email, password };
  await context.request.post(`${url}/login`, { form, maxRedirects: 0 });
  const state = await context.storageState();
  await context.close();
  if (state.cookies.length === 0) throw new Error(`${email} could not log in at ${url}`);
  return state;
}
