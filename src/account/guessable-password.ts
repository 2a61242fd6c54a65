import type { FastifyRequest } from 'fastify';
import { fieldError } from '../http/pages/form.ts';
import { PASSWORD_MIN } from '../users/user.ts';

const REASON = 'This password is too easy to guess. Please choose another one.';

let common: Promise<Set<string>> | undefined;

/**
 * Throws ValidationError when the password in the field `name` is one of those that attackers try
 * first (some 18,000 of the most common ones that are long enough), or is one of `words`, in any
 * case. Nothing else is asked of a password but its length.
 */
export async function rejectCommonPassword(
  request: FastifyRequest,
  name: string,
  words: readonly string[],
): Promise<void> {
  const password = ((request.body as Record<string, string>)[name] ?? '').toLowerCase();
  common ??= loadCommon();
  const guessable =
    words.some((word) => word.toLowerCase() === password) || (await common).has(password);
  if (guessable) throw fieldError(name, REASON);
}

/** Loaded when it is first needed: reading it takes some 50 ms. */
async function loadCommon(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const all = dictionary['passwords-common'];
  return new Set(all.filter((password) => password.length >= PASSWORD_MIN));
}
