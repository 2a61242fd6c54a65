/** Whether both databases store this text unchanged. PostgreSQL takes no NUL and no unpaired surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What a form says about a text that is not. */
export const UNSTORABLE = 'This contains characters that cannot be stored.';
