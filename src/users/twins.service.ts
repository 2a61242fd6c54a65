import type { Database } from '../db/database.ts';
import { EXACT, nameKey } from '../unicode/case-fold.ts';
import { emailKey } from '../unicode/email-address.ts';
import * as store from './users.store.ts';

/**
 * An account whose name or address differs from that of a lower id only in spelling or in what
 * cannot be seen.
 */
export interface Twin {
  id: number;
  what: 'name' | 'e-mail address';
  spelling: string;
  /** The other account's id; undefined if it is gone, or has changed its name or address since. */
  other: number | undefined;
}

/** All of them, by id. */
export async function listTwins(db: Database): Promise<Twin[]> {
  const twins: Twin[] = [];
  for (const user of await store.listExactKeys(db)) {
    const { id, username, email } = user;
    if (user.username_key.startsWith(EXACT)) {
      const other = await store.findByKey(db, 'username_key', nameKey(username));
      twins.push({ id, what: 'name', spelling: username, other });
    }
    if (user.email_key.startsWith(EXACT)) {
      const other = await store.findByKey(db, 'email_key', emailKey(email));
      twins.push({ id, what: 'e-mail address', spelling: email, other });
    }
  }
  return twins;
}
