import { isBlank, withoutInvisible } from './visible.ts';

/** Why an account must not have this name, as a sentence; null if it may. */
export function usernameProblem(name: string): string | null {
  if (isBlank(name)) return 'A name needs a visible character.';
  const seen = withoutInvisible(name);
  return seen === seen.trim() ? null : 'A name must not begin or end with a space.';
}
