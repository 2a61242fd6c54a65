import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { canVerify } from '../auth/passwords.ts';
import type { NewUser } from '../db/schema.ts';
import { ValidationError } from '../errors.ts';
import { validateObject } from '../http/validation/validate.ts';
import { PostCreate } from '../posts/post.ts';
import { caseKey, exactKey, nameKey } from '../unicode/case-fold.ts';
import { emailKey } from '../unicode/email-address.ts';
import { UserCreate, USERNAME_MAX } from '../users/user.ts';
import type { SourcePost, SourceUser } from './source.store.ts';

/** For names that exist in the other blog, only the length is checked. */
const Names = Type.Object({
  username: Type.String({ minLength: 1, maxLength: USERNAME_MAX }),
  email: UserCreate.properties.email,
});

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
  const names = createClaims(nameKey);
  const emails = createClaims(emailKey);
  const taken = new Set<number>();

  function user(given: SourceUser): ValidUser | undefined {
    const what = `user ${given.id} (${JSON.stringify(given.username)})`;
    const why = reasonAgainst(Names, given.id, given);
    if (why !== undefined) return skip({ what, why: `not taken: ${why}` });
    const { username = '', email: typed = '', password_hash: hash } = given as unknown as Texts;
    const email = typed.toLowerCase();
    const [name, address] = [names.find(username), emails.find(email)];
    const same = name.same ?? address.same;
    if (same !== undefined) {
      const which = name.same === undefined ? 'e-mail address' : 'name';
      return skip({ what, why: `not taken: user ${same} has the same ${which}` });
    }
    if (name.like !== undefined) {
      const why = `its name looks like that of user ${name.like}: one of them needs another`;
      skip({ what, why: `taken, but ${why}` });
    }
    if (address.like !== undefined) {
      const why = `its e-mail address is that of user ${address.like} in another spelling`;
      skip({ what, why: `taken, but ${why}: it signs in with this spelling alone` });
    }
    names.claim(username, given.id);
    emails.claim(email, given.id);
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
        username,
        username_key: name.key,
        email,
        email_key: address.key,
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

type Texts = Partial<Record<keyof SourceUser, string>>;

/**
 * Keeps track of who has which name or address. If spellings differ only in case, only the first is
 * imported. If they differ otherwise but have the same `keyOf`, the first gets that key and the
 * others their exact spelling.
 */
function createClaims(keyOf: (spelling: string) => string) {
  const byCase = new Map<string, number>();
  const byKey = new Map<string, number>();
  return {
    /**
     * The key for a spelling, and who has it already: `same`, perhaps in another case, or `like`,
     * in a similar spelling.
     */
    find(spelling: string): { key: string; same?: number; like?: number } {
      const same = byCase.get(caseKey(spelling));
      if (same !== undefined) return { key: '', same };
      const like = byKey.get(keyOf(spelling));
      return like === undefined ? { key: keyOf(spelling) } : { key: exactKey(spelling), like };
    },
    claim(spelling: string, id: number): void {
      byCase.set(caseKey(spelling), id);
      const key = keyOf(spelling);
      if (!byKey.has(key)) byKey.set(key, id);
    },
  };
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
