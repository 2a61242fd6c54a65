/** One line of the doctor's output: what was checked and, unless all is well, what to change. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string): Finding => ({ level: 'warning', text });
export const problem = (text: string): Finding => ({ level: 'problem', text });

/** The message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  // If several addresses were tried, each has its own error and the whole has none.
  const each = error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : '';
  const own = error.message || each;
  return own.includes(cause) ? own : `${own}: ${cause}`;
}
