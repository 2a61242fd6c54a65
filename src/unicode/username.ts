import { isBlank, withoutInvisible } from './visible.ts';

/** Why a name must not be given to an account, as a sentence; null when it may. */
export function usernameProblem(name: string): string | null {
  if (isBlank(name)) return 'A name needs a visible character.';
  const seen = withoutInvisible(name);
  return seen === seen.trim() ? null : 'A name must not begin or end with a space.';
}
