import { newOwnerLink } from '../../src/users/owner-link.service.ts';
import { newResetLink } from '../../src/users/reset.service.ts';
import type { TestServer } from '../../test/support/server.ts';

/** The path of the link that makes the owner of a blog without one. */
export async function ownerPath({ context }: TestServer): Promise<string> {
  const link = await newOwnerLink(context);
  if (link === undefined) throw new Error('the blog has an owner');
  return new URL(link).pathname;
}

/** The path of a link with which the account of this address sets a new password. */
export async function resetPath({ context }: TestServer, email: string): Promise<string> {
  const users = context.db.selectFrom('users').selectAll().where('email', '=', email);
  const { pathname, search } = new URL(
    await newResetLink(context, await users.executeTakeFirstOrThrow()),
  );
  return pathname + search;
}
