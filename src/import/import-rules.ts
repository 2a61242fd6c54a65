import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { canVerify } from '../auth/passwords.ts';
import { caseKey } from '../db/case-fold.ts';
import type { NewUser } from '../db/schema.ts';
import { ValidationError } from '../errors.ts';
import { validateObject } from '../http/validation/validate.ts';
import { PostCreate } from '../posts/post.ts';
import { UserCreate } from '../users/user.ts';
import type { SourcePost, SourceUser } from './source.store.ts';

const Names = Type.Pick(UserCreate, ['username', 'email']);

/** What could not be imported, and why. */
export interface Skipped {
  what: string;
  why: string;
}

/** A password hash that nothing verifies against, for an account without a usable password. */
const unusable = () => `!${randomBytes(16).toString('hex')}`;

export interface ValidUser {
  user: Omit<NewUser, 'created_at'> & { id: number };
  imageFile: unknown;
}

export interface ValidPost {
  id: number;
  user_id: number;
  title: string;
  content: string;
  date_posted: number;
}

/**
 * Decides what may be imported; where two entries exclude each other, the lower id is taken. The
 * same blog always gets the same decisions, so an import that is continued reports everything
 * again.
 */
export function createImportRules(skip: (skipped: Skipped) => undefined) {
  const names = new Map<string, number>();
  const emails = new Map<string, number>();
  const taken = new Set<number>();

  function user(given: SourceUser): ValidUser | undefined {
    const what = `user ${given.id} (${JSON.stringify(given.username)})`;
    const why = reasonAgainst(Names, given.id, given);
    if (why !== undefined) return skip({ what, why: `not taken: ${why}` });
    const { username, email, password_hash: hash } = given as unknown as Record<string, string>;
    const key = { username_key: caseKey(username ?? ''), email_key: caseKey(email ?? '') };
    const same = names.get(key.username_key) ?? emails.get(key.email_key);
    if (same !== undefined) {
      const which = names.has(key.username_key) ? 'name' : 'e-mail address';
      return skip({ what, why: `not taken: user ${same} has the same ${which}` });
    }
    names.set(key.username_key, given.id);
    emails.set(key.email_key, given.id);
    taken.add(given.id);
    const verifies = typeof hash === 'string' && canVerify(hash);
    if (!verifies) {
      skip({
        what,
        why: 'taken without the password, because its hash is not Argon2id: needs a reset link',
      });
    }
    return {
      user: {
        id: given.id,
        username: username ?? '',
        email: (email ?? '').toLowerCase(),
        ...key,
        password_hash: verifies ? hash : unusable(),
        password_changed_at: null,
        picture_key: null,
      },
      imageFile: given.image_file,
    };
  }

  function post(given: SourcePost): ValidPost | undefined {
    const what = `post ${given.id}`;
    const userId = Number(given.user_id);
    const date = parseDate(given.date_posted);
    const why = !taken.has(userId)
      ? `its author, user ${String(given.user_id)}, was not taken or does not exist`
      : date === undefined
        ? `its date ${JSON.stringify(given.date_posted)} is not a valid date`
        : reasonAgainst(PostCreate, given.id, given);
    if (why !== undefined || date === undefined) {
      return skip({ what, why: `not taken: ${why}` });
    }
    const { title, content } = given as unknown as { title: string; content: string };
    return { id: given.id, user_id: userId, title, content, date_posted: date };
  }

  return { user, post };
}

function reasonAgainst(schema: Parameters<typeof validateObject>[0], id: number, given: object) {
  if (!Number.isSafeInteger(id) || id < 1) return 'its id is not a positive whole number';
  try {
    validateObject(schema, given);
    return undefined;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.errors.map(({ loc, msg }) => `${loc.at(-1)}: ${msg}`).join('; ');
  }
}

const DATE =
  /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Microseconds of a date as SQLAlchemy or PostgreSQL writes it; UTC if it names no zone. */
export function parseDate(given: unknown): number | undefined {
  const found = DATE.exec(String(given));
  if (!found) return undefined;
  const [, day = '', minute, second = '00', fraction = '', zone = 'Z'] = found;
  const offset =
    zone === 'Z'
      ? zone
      : zone
          .replace(':', '')
          .padEnd(5, '0')
          .replace(/(\d\d)$/, ':$1');
  const midnight = Date.parse(`${day}T00:00Z`);
  const millis = Date.parse(`${day}T${minute}:${second}${offset}`);
  const micros = millis * 1000 + Number(fraction.padEnd(6, '0'));
  // Date.parse reads February 30 as March 2.
  const real = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return real && Number.isSafeInteger(micros) ? micros : undefined;
}
