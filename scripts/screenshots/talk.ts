import { createComment } from '../../src/comments/writing.service.ts';
import { paragraphsOf } from '../../src/comments/paragraphs.ts';
import type { Context } from '../../src/context.ts';
import type { CommentRow, UserRow } from '../../src/db/schema.ts';
import { changeSetting } from '../../src/settings/settings.ts';
import { createClient, type Person } from '../../test/support/client.ts';
import type { TestServer } from '../../test/support/server.ts';

/** A blog on which people talk: who looks at it, and where. */
export interface Talk {
  writer: Person;
  editor: Person;
  /** Somebody whose first comment waits. */
  newcomer: Person;
  paths: Record<'busy' | 'about' | 'closed' | 'quiet' | 'long', string>;
  /** Paths of a comment by the writer, and of one by somebody else. */
  comments: Record<'own' | 'other', string>;
  /** The path of a page in the middle of the longest list of comments. */
  middle: string;
}

const PARAGRAPHS = [
  'The *Heron* goes to the yard on Saturday, and everybody who can lift is asked to come at nine.',
  'Bring gloves. The trailer is at the lower gate, because the upper one is closed until the new hinge has come.',
  'There is soup afterwards, for which somebody has to bring a pot.',
];

/** Fills a blog with comments in every state, and notices of every kind. */
export async function fillTalk({ url, context }: TestServer): Promise<Talk> {
  const client = createClient(url);
  const [writer, jun, noor, editor, gone] = [
    await client.person('Marta Nowak'),
    await client.person('jun'),
    await client.person('Noor Haddad'),
    await client.person('Dele Adeyemi'),
    await client.person('Ingrid Solheim'),
  ];
  const { db } = context;
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', editor.id).execute();
  const publish = (title: string, content = PARAGRAPHS.join('\n\n'), by = writer) => {
    const json = { title, content, format: 'markdown' };
    return client.api<{ id: number }>('POST', '/api/posts', { token: by.token, json });
  };
  const posts = [
    await publish('The Heron goes to the yard'),
    await publish('Soup rota'),
    await publish('Lost: one oar'),
    await publish('Mist on the long straight', 'A short one.'),
    await publish('What the new hinge cost'),
  ].map(({ body }) => body.id);
  const [busy = 0, about = 0, closed = 0, quiet = 0, long = 0] = posts;

  const say = async (post: number, by: Person, content: string, more: object = {}) => {
    const user = await rowOf(context, by);
    return createComment(context, user, post, { content, ...more });
  };
  const change = (id: number, values: Partial<Omit<CommentRow, 'id'>>) =>
    db.updateTable('comments').set(values).where('id', '=', id).execute();
  const remove = async (id: number, by: Person) =>
    client.api('DELETE', `/api/comments/${id}`, { token: by.token });

  const first = await say(busy, jun, 'I can bring the **large pot**, if somebody fetches me.');
  const own = await say(busy, writer, 'I pass your house at half past eight, @jun.', {
    parent_id: first.id,
  });
  await change(own.id, { edited_at: Date.now() * 1000 });
  await say(busy, noor, 'Mind the handle: it is loose since the regatta.', { parent_id: first.id });
  const taken = await say(busy, jun, 'Wrong post, sorry.');
  await say(busy, editor, 'It happens. The oars are in the shed.', { parent_id: taken.id });
  await remove(taken.id, jun);
  const left = await say(busy, gone, 'I am moving away, so this was my last boat.');
  await say(busy, writer, 'We will miss you.', { parent_id: left.id });
  const hidden = await say(
    busy,
    noor,
    'Whoever broke the hinge should pay for it, and we know who.',
  );
  await change(hidden.id, { state: 'hidden', hidden_reason: 'Please talk to him, not about him' });
  const markup = `Links work: <https://example.org/hinges>. So does code:

\`\`\`
${'a line of code that is far too long for any phone '.repeat(3)}
\`\`\`

> Nobody lifts it alone.

- one
- two

${'Donaudampfschifffahrtsgesellschaft'.repeat(3)}`;
  const other = await say(busy, noor, markup);
  await client.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });

  const [text] = await db
    .selectFrom('post_texts')
    .select('html')
    .where('post_id', '=', about)
    .execute();
  const anchors = paragraphsOf(text?.html ?? '').map(({ anchor }) => anchor);
  await say(about, jun, 'Nine is early.', { anchor: anchors[0] });
  await say(about, noor, 'Nine is when the tide is.', { anchor: anchors[0] });
  await say(about, editor, 'I have two pots.', { anchor: anchors[2] });
  await say(about, jun, 'Is the upper gate open again?', { anchor: '2.0123456789ab' });

  await say(closed, jun, 'Found it, below the jetty.');
  await client.api('POST', `/api/comments/${other.id}/report`, {
    token: jun.token,
    json: { reason: 'Far too long' },
  });
  await db.updateTable('posts').set({ comments_closed: 1 }).where('id', '=', closed).execute();
  const many: number[] = [];
  for (let n = 1; n <= 70; n++) {
    many.push((await say(long, n % 2 ? jun : noor, `Number ${n} of many.`)).id);
  }

  await say(busy, jun, 'Is the trailer big enough, @"Dele Adeyemi"?');
  const theirs = await say(quiet, editor, 'Which lamp was that?');
  await say(quiet, writer, 'The old one.', { parent_id: theirs.id });
  await changeSetting(context, 'first-comments', 'held');
  const newcomer = await client.person('Wilhelmina van Houten-Achterberg');
  await say(quiet, newcomer, 'From the bridge it looked as if the boat stood still.');
  await changeSetting(context, 'first-comments', '');
  const waits = await client.person('Bartholomew');
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', waits.id).execute();
  const told = { user_id: editor.id, created_at: Date.now() * 1000 };
  const { id: published } = (await publish('Open day', PARAGRAPHS[0], editor)).body;
  await db
    .insertInto('notices')
    .values([
      { ...told, kind: 'waiting', actor_id: waits.id },
      { ...told, kind: 'published', post_id: published },
    ])
    .execute();
  await say(published, jun, 'I will be there.');
  // Some were read.
  await db
    .updateTable('notices')
    .set({ read_at: told.created_at })
    .where('user_id', '=', editor.id)
    .where('kind', 'in', ['mention', 'published'])
    .execute();

  const at = (id: number) => `/posts/${id}`;
  const of = ({ id }: { id: number }) => `/comments/${id}`;
  return {
    writer,
    editor,
    newcomer,
    paths: {
      busy: at(busy),
      about: at(about),
      closed: at(closed),
      quiet: at(quiet),
      long: at(long),
    },
    comments: { own: of(own), other: of(other) },
    middle: `${at(long)}?after=${many[20]}`,
  };
}

async function rowOf({ db }: Context, { id }: { id: number }): Promise<UserRow> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
