import { CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE, isSqliteError } from './sqlite-errors.ts';

/**
 * The column whose unique constraint a write broke, such as `username_key`; undefined when the error is
 * something else. Of a constraint over several columns the first.
 */
export function uniqueViolation(error: unknown): string | undefined {
  if (!isSqliteError(error)) return undefined;
  if (error.errcode !== CONSTRAINT_UNIQUE && error.errcode !== CONSTRAINT_PRIMARYKEY) {
    return undefined;
  }
  return /: \w+\.(\w+)/.exec(error.message)?.[1];
}
