import type { UserRow } from '../db/schema.ts';

/** Words that no mail program turns into a link. */
const PLAIN = /^[\p{L}\p{M}\p{Nd} _-]+$/u;

/**
 * The first line of a mail to this account. Anybody can register a stranger's address, and the name
 * they choose must not bring a link into the stranger's mail. So until a link mailed to the address
 * was used, only a plain name is used.
 */
export function greetingFor(user: Pick<UserRow, 'username' | 'email_confirmed_at'>): string {
  const usable = user.email_confirmed_at !== null || PLAIN.test(user.username);
  return `Hi ${usable ? user.username : 'there'},`;
}
