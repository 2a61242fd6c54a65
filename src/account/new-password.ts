import type { FastifyRequest } from 'fastify';
import { normalizePassword } from '../auth/passwords.ts';
import { fieldError } from '../http/pages/form.ts';
import { PASSWORD_MIN } from '../users/user.ts';

const REASON = 'This password is too easy to guess. Please choose another one.';

let common: Promise<Set<string>> | undefined;

/**
 * Throws ValidationError if the password in the field `name` and its confirmation differ, if it is
 * one of the 18,000 most common ones that are long enough, or if it is one of `words`, in any case.
 * Besides its length, nothing else is required of a password.
 */
export async function checkNewPassword(
  request: FastifyRequest,
  name: string,
  words: readonly string[],
): Promise<void> {
  const fields = (request.body ?? {}) as Record<string, string | undefined>;
  const password = normalizePassword(fields[name] ?? '');
  const repeated = fields['confirm_password'];
  if (repeated !== undefined && password !== normalizePassword(repeated)) {
    throw fieldError('confirm_password', 'Passwords do not match.');
  }
  const guess = password.toLowerCase();
  common ??= loadCommon();
  const guessable =
    words.some((word) => normalizePassword(word).toLowerCase() === guess) ||
    (await common).has(guess);
  if (guessable) throw fieldError(name, REASON);
}

/** Loaded when first needed: reading it takes about 50 ms. */
async function loadCommon(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const all = dictionary['passwords-common'];
  return new Set(all.filter((password) => password.length >= PASSWORD_MIN));
}
