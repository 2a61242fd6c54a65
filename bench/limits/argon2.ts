import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { hashPassword } from '../../src/auth/passwords.ts';

/** A function that does what a login costs at least: one Argon2id with the parameters that Masthead uses. */
export async function argon2id(): Promise<() => Promise<unknown>> {
  const [, memory, passes, parallelism] =
    /m=(\d+),t=(\d+),p=(\d+)/.exec(await hashPassword('a long password'))?.map(Number) ?? [];
  if (!memory || !passes || !parallelism) throw new Error('the hash names no parameters');
  const nonce = randomBytes(16);
  const parameters = { message: 'a long password', nonce, memory, passes, parallelism };
  return () => promisify(argon2)('argon2id', { ...parameters, tagLength: 32 });
}
