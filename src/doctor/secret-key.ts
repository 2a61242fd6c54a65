import { loadSecretKey } from '../config/secret-key.ts';
import type { Config } from '../config.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** HS256 needs a key as long as its hash (RFC 7518, 3.2). */
const LENGTH_ADVISED = 32;
/** Random hexadecimal digits of that length have about 14 different ones. */
const DIFFERENT_MIN = 8;
const NEW = 'make one with `openssl rand -hex 32` (this ends all access tokens)';

/** Whoever guesses the key can sign in as anybody. */
export async function checkSecretKey(config: Config): Promise<Finding[]> {
  const key = Buffer.from(loadSecretKey(config)).toString();
  const where = config.SECRET_KEY ? 'SECRET_KEY' : 'The key in secret.key';
  if (new Set(key).size < DIFFERENT_MIN || /change.?me|example|your.?secret/i.test(key)) {
    return [problem(`${where} can be guessed: ${NEW}`)];
  }
  if (key.length < LENGTH_ADVISED) {
    return [warning(`${where} has ${key.length} characters: at least 32 are advised; ${NEW}`)];
  }
  return [ok(`${where} is long enough`)];
}
