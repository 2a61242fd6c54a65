/** Whether both databases store this text as it is: PostgreSQL takes no NUL, and half a surrogate pair is no character. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What a form says about a text that is not. */
export const UNSTORABLE = 'This contains characters that cannot be stored.';
