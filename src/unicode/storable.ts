/** Whether both databases store this text unchanged. PostgreSQL takes no NUL and no unpaired surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The error of a form for a text that is not. */
export const UNSTORABLE = 'This contains characters that cannot be stored.';
