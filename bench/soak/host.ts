import { createVisitor } from '../../test/support/visitor.ts';
import type { Blog } from './blog.ts';
import type { Journal } from './journal.ts';
import type { Person } from './person.ts';
import { createAsker } from './asker.ts';

/**
 * The blog's owner, who invites somebody every few seconds until `isOver`. Each invitation is for
 * one account: the first registration with it is accepted, the next one refused.
 */
export async function invitePeople(
  blog: Blog,
  journal: Journal,
  { email, password }: Person,
  isOver: () => boolean,
): Promise<number> {
  const { status, output } = await blog.command('user', 'role', email, 'owner');
  if (status !== 0) throw new Error(output);
  const [node] = blog.nodes;
  const asker = createAsker(node, journal, blog);
  let joined = 0;
  while (!isOver()) {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const token = await invite().catch(() => undefined);
    if (token === undefined) continue;
    for (const isFirst of [true, false]) {
      const username = `guest${++joined}`;
      const json = { username, email: `${username}@example.com`, password, invitation: token };
      const answer = await asker.ask('join', 'POST', '/api/users', { json });
      if (asker.isOpen(answer) || answer.status === 503) break;
      if ((answer.status === 201) !== isFirst) journal.violated(`joining got ${answer.status}`);
    }
  }
  return joined;

  /** The token of a new invitation; undefined if a form was refused because the server was away. */
  async function invite(): Promise<string | undefined> {
    await node.up();
    const visitor = createVisitor(node.url);
    await visitor.signIn({ email, password });
    const { text } = await visitor.post('/admin/invitations', {
      role: 'member',
      uses: '1',
      days: '1',
      note: '',
    });
    return /\/join\/([\w-]+)/.exec(text)?.[1];
  }
}
