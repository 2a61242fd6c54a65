import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { hashPassword } from '../../src/auth/passwords.ts';

/** Returns a function that does the least a login costs: one Argon2id hash with Masthead's parameters. */
export async function argon2id(): Promise<() => Promise<unknown>> {
  const [, memory, passes, parallelism] =
    /m=(\d+),t=(\d+),p=(\d+)/.exec(await hashPassword('a long password'))?.map(Number) ?? [];
  if (!memory || !passes || !parallelism) throw new Error('the hash names no parameters');
  const nonce = randomBytes(16);
  const parameters = { message: 'a long password', nonce, memory, passes, parallelism };
  return () => promisify(argon2)('argon2id', { ...parameters, tagLength: 32 });
}
