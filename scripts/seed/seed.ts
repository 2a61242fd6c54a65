import { connect, expectStatus, SeedError, type Me, type Send } from './api.ts';
import { COMMENTS } from './comments.ts';
import { drawFace } from './faces.ts';
import { DEMO_PASSWORD, PEOPLE, type DemoPerson } from './people.ts';
import { drawPicture, isDrawing } from './pictures.ts';
import { readPosts } from './posts.ts';

/** How much was added; what existed before is not counted. */
interface Seeded {
  people: number;
  faces: number;
  posts: number;
  /** on posts that were added, replies included */
  comments: number;
  pictures: number;
}

interface Member extends DemoPerson, Me {
  token: string;
  isNew: boolean;
}

/**
 * Fills the blog at `url` with the demo's people, faces, posts and comments, over the API. People who exist
 * are logged in instead, and keep their picture and posts. `report` is called with each step.
 * Rejects with SeedError, and keeps what was added until then.
 */
export async function seedBlog(url: string, report: (step: string) => void): Promise<Seeded> {
  const send = connect(url);
  const seeded = { people: 0, faces: 0, posts: 0, comments: 0, pictures: 0 };
  const tokens = new Map<string, string>();
  const added = new Map<string, number>();
  const silent = new Map<string, Member>();
  for (const [index, person] of PEOPLE.entries()) {
    report(`person ${index + 1} of ${PEOPLE.length}`);
    const member = await join(send, person);
    if (member.isNew) seeded.people += 1;
    if (member.image_file === null) {
      await giveFace(send, member);
      seeded.faces += 1;
    }
    if (member.isNew && member.bio !== undefined) await saveBio(url, member, member.bio);
    tokens.set(member.username, member.token);
    if (!(await hasPosts(send, member))) silent.set(member.username, member);
  }
  const posts = readPosts().filter(({ author }) => silent.has(author));
  for (const { author, title, content, tags } of posts) {
    report(`post ${seeded.posts + 1} of ${posts.length}`);
    const token = silent.get(author)?.token;
    const illustrated = await illustrate(send, content, token);
    seeded.pictures += illustrated.pictures;
    const answer = await send<{ id: number }>(
      'POST',
      '/api/posts',
      { json: { title, content: illustrated.content, format: 'markdown', tags } },
      token,
    );
    added.set(title, expectStatus(answer, 201, `"${title}"`).id);
    seeded.posts += 1;
  }
  for (const { on, replies = [], ...comment } of COMMENTS) {
    const post = added.get(on);
    if (post === undefined) continue;
    report(`comment ${seeded.comments + 1}`);
    const write = async (json: object, by: string) => {
      const path = `/api/posts/${post}/comments`;
      const answer = await send<{ id: number }>('POST', path, { json }, tokens.get(by));
      seeded.comments += 1;
      return expectStatus(answer, 201, `a comment on "${on}"`).id;
    };
    const parent_id = await write({ content: comment.content }, comment.by);
    for (const { by, content } of replies) await write({ content, parent_id }, by);
  }
  return seeded;
}

/** Registers and logs in, or only logs in. */
async function join(send: Send, person: DemoPerson): Promise<Member> {
  const { username, email } = person;
  const json = { username, email, password: DEMO_PASSWORD };
  const registered = await send<{ detail?: unknown }>('POST', '/api/users', { json });
  const isNew = registered.status === 201;
  // 400: the name or address is taken. 403: registration is closed. An existing account can log in.
  if (![201, 400, 403].includes(registered.status)) expectStatus(registered, 201, email);
  const form = new URLSearchParams({ username: email, password: DEMO_PASSWORD });
  const login = await send<{ access_token: string }>('POST', '/api/users/token', { form });
  if (login.status === 401) {
    throw new SeedError(`${email} cannot log in: ${reasonOf(registered)}`);
  }
  const { access_token: token } = expectStatus(login, 200, email);
  const me = expectStatus(await send<Me>('GET', '/api/users/me', undefined, token), 200, email);
  return { ...person, ...me, token, isNew };
}

function reasonOf({ status, body }: { status: number; body: { detail?: unknown } }): string {
  if (status === 403) return 'registration is closed, and this account does not exist';
  return body.detail === 'Email already registered'
    ? 'the account has another password than the demo’s'
    : String(body.detail);
}

/** Draws and adds the pictures that a text names as `picture:<name>`, and names them as the blog does. */
async function illustrate(send: Send, content: string, token: string | undefined) {
  let [illustrated, pictures] = [content, 0];
  for (const [named, name = ''] of content.matchAll(/\(picture:(\w+)/g)) {
    if (!isDrawing(name)) throw new SeedError(`there is no drawing named ${name}`);
    const form = new FormData();
    form.set('file', new Blob([Uint8Array.from(await drawPicture(name))]), name);
    const answer = await send<{ id: number }>('POST', '/api/pictures', { form }, token);
    const { id } = expectStatus(answer, 201, `the picture ${name}`);
    illustrated = illustrated.replace(named, `(/pictures/${id}`);
    pictures += 1;
  }
  return { content: illustrated, pictures };
}

async function giveFace(send: Send, { id, face, email, token }: Member): Promise<void> {
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.from(await drawFace(face))]), `${face}.png`);
  const answer = await send('PATCH', `/api/users/${id}/picture`, { form }, token);
  expectStatus(answer, 200, `the picture of ${email}`);
}

/** By the form of the account page: the API has no field for it. */
async function saveBio(url: string, { email }: Member, bio: string): Promise<void> {
  const post = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(url + path, {
      method: 'POST',
      headers: { accept: 'application/json', cookie },
      body: new URLSearchParams(fields),
    });
  const login = await post('/login', { username: email, password: DEMO_PASSWORD });
  const cookie = login.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  const saved = await post('/account', { bio }, cookie.join('; '));
  if (!saved.ok) throw new SeedError(`what ${email} says about themselves: ${saved.status}`);
}

async function hasPosts(send: Send, { id, email }: Member): Promise<boolean> {
  const answer = await send<{ total: number }>('GET', `/api/users/${id}/posts?limit=1`);
  return expectStatus(answer, 200, `the posts of ${email}`).total > 0;
}
