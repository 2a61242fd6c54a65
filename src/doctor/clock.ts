import { ok, problem, warning, type Finding } from './finding.ts';

/**
 * Difference in milliseconds that does no harm. Tokens and reset links expire by the clock; nodes
 * whose clocks differ disagree about both.
 */
const FINE = 5_000;
const BEARABLE = 60_000;

/** Compares this machine's clock with another, which said `theirs` when asked at `asked`; milliseconds. */
export function clockFinding(whose: string, theirs: number, asked: number): Finding {
  // The other clock was read at an unknown moment between question and answer, so that span does
  // not count.
  const ahead = theirs > Date.now() ? theirs - Date.now() : Math.min(0, theirs - asked);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (Math.abs(ahead) <= FINE) return ok(`The clock agrees with that of ${whose}`);
  const text = `The clock differs from that of ${whose} by ${seconds} s: set both by NTP`;
  return Math.abs(ahead) <= BEARABLE ? warning(text) : problem(text);
}
