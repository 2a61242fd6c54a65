import type { UserRow } from '../../../src/db/schema.ts';
import { transact } from '../../../src/db/transact.ts';
import { addNotice, type Happening } from '../../../src/notices/notices.service.ts';
import { openBlog } from '../blog.ts';
import { createVisitor } from '../visitor.ts';

interface Notice {
  id: number;
  kind: string;
  created_at: string;
  read: boolean;
  url: string;
}

export interface Answer {
  notices: Notice[];
  unread: number;
  next: string | null;
  detail?: unknown;
}

/** A blog with a clock that a test may set, and people who see what they are told. */
export async function openNotifiedBlog() {
  const time = { now: Date.now() };
  const { server, client } = await openBlog({}, {}, { clock: () => time.now });
  const { db } = server.context;

  /** A person with a browser, and what they are told. */
  async function someone(role: UserRow['role'] = 'member') {
    const person = await client.person();
    await db.updateTable('users').set({ role }).where('id', '=', person.id).execute();
    const browser = createVisitor(server.url);
    await browser.signIn(person);
    const api = (query = '') =>
      client.api<Answer>('GET', `/api/notices${query}`, { token: person.token });
    const kinds = async () => (await api()).body.notices.map(({ kind }) => kind);
    const read = (json?: object) =>
      client.api<Answer>('POST', '/api/notices/read', {
        token: person.token,
        ...(json && { json }),
      });
    const count = async () => {
      const { text } = await browser.get('/');
      return /<span class="count">([^<]*)</.exec(text)?.[1] ?? '';
    };
    const tell = (notice: Happening) =>
      transact(db, (trx) => addNotice(trx, server.context.clock, { userId: person.id, ...notice }));
    return { ...person, browser, api, kinds, read, count, tell };
  }

  /** A comment by somebody on a post; its id. */
  async function comment(post_id: number, user_id: number): Promise<number> {
    const row = {
      post_id,
      user_id,
      content: 'Yes',
      html: '<p>Yes</p>',
      created_at: time.now * 1000,
    };
    const { id } = await db
      .insertInto('comments')
      .values(row)
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  return { server, client, db, time, someone, comment };
}
