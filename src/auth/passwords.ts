import { randomBytes, timingSafeEqual } from 'node:crypto';
import { argon2id } from './argon2.ts';

interface Argon2Hash {
  /** KiB */
  memory: number;
  passes: number;
  lanes: number;
  salt: Buffer;
  tag: Buffer;
}

/**
 * What a new hash costs: OWASP's minimum for Argon2id, 19 MiB, 2 passes, 1 lane; about 50 ms of one
 * core. A hash names its own cost, so tests that sign in many people may lower this one.
 */
export const OURS = { memory: 19_456, passes: 2, lanes: 1, saltBytes: 16, tagBytes: 32 };

/** The most an imported hash may use: 256 MiB, so two at once hold half a gigabyte. */
const MEMORY_MAX = 262_144;
/** Limit of memory (KiB) times passes, about 2 s of one core: 16 passes with 64 MiB, four with 256 MiB. */
const COST_MAX = 1_048_576;
const LANES_MAX = 16;
/**
 * UTF-16 code units up to which a password is normalised; a longer one is hashed as typed.
 * Normalising takes time quadratic in the length of a run of combining marks.
 */
const NORMALIZED_MAX = 1000;
/** Bytes of salt and tag, the limits of the PHC string format. */
const SALT = { min: 8, max: 48 };
const TAG = { min: 12, max: 64 };

/**
 * The form of a password that is hashed: NFKC, as in NIST SP 800-63B (3.1.1.2), so that an accented
 * letter is the same however the keyboard composes it.
 */
export function normalizePassword(password: string): string {
  return password.length > NORMALIZED_MAX ? password : password.normalize('NFKC');
}

/** The PHC string of the password with a new salt. Throws Unavailable if too many wait. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(OURS.saltBytes);
  const { memory, passes, lanes } = OURS;
  const parameters = { memory, passes, lanes, salt };
  const tag = await tagOf(normalizePassword(password), parameters, OURS.tagBytes);
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** How a password matches a hash; `outdated`: right, but should be hashed again. */
type Verdict = 'right' | 'outdated' | 'wrong';

/**
 * Whether the password made this hash, whatever its parameters: in its normalised form or, for
 * older hashes and those of other programs, as typed. `wrong` for undefined (an unknown user), for
 * anything but an Argon2id PHC string, and for one beyond the limits above; these cost as many
 * hashes as a wrong password, so that time reveals nothing. Throws Unavailable if too many wait.
 */
export async function verifyPassword(phc: string | undefined, password: string): Promise<Verdict> {
  const hash = phc === undefined ? undefined : parse(phc);
  const { tag, ...parameters } = hash ?? { ...OURS, ...NOBODY };
  const forms = new Set([normalizePassword(password), password]);
  for (const form of forms) {
    if (!timingSafeEqual(tag, await tagOf(form, parameters, tag.length)) || !hash) continue;
    const older = form === password && forms.size > 1;
    return older || isWeak(hash) ? 'outdated' : 'right';
  }
  return 'wrong';
}

/** A hash that no password matches, checked for unknown users. */
const NOBODY = {
  salt: randomBytes(OURS.saltBytes),
  tag: randomBytes(OURS.tagBytes),
};

/** Whether verifyPassword can ever accept this hash. */
export function canVerify(phc: string): boolean {
  return parse(phc) !== undefined;
}

/**
 * Whether the hash is cheaper to attack than a new one. More memory makes up for fewer passes, but
 * passes do not make up for memory beyond ours.
 */
function isWeak(hash: Argon2Hash): boolean {
  return (
    hash.memory < OURS.memory ||
    hash.memory * hash.passes < OURS.memory * OURS.passes ||
    hash.salt.length < OURS.saltBytes ||
    hash.tag.length < OURS.tagBytes
  );
}

function tagOf(
  password: string,
  { memory, passes, lanes, salt }: Omit<Argon2Hash, 'tag'>,
  tagLength: number,
): Promise<Buffer> {
  const parameters = { message: password, nonce: salt, memory, passes, parallelism: lanes };
  return argon2id({ ...parameters, tagLength });
}

const NUMBER = '([1-9]\\d{0,6})';
const BASE64 = '([A-Za-z0-9+/]{1,86})';
const PHC = new RegExp(
  `^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$${BASE64}\\$${BASE64}$`,
);

function parse(phc: string): Argon2Hash | undefined {
  const [, m, t, p, saltText = '', tagText = ''] = PHC.exec(phc) ?? [];
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  const salt = Buffer.from(saltText, 'base64');
  const tag = Buffer.from(tagText, 'base64');
  const sound =
    memory >= 8 * lanes && // Argon2 needs four slices of two blocks for each lane
    memory <= MEMORY_MAX &&
    memory * passes <= COST_MAX &&
    lanes <= LANES_MAX &&
    unpadded(salt) === saltText &&
    within(salt, SALT) &&
    unpadded(tag) === tagText &&
    within(tag, TAG);
  return sound ? { memory, passes, lanes, salt, tag } : undefined;
}

function within(bytes: Buffer, { min, max }: { min: number; max: number }): boolean {
  return bytes.length >= min && bytes.length <= max;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
