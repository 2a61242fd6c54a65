import { ok, problem, warning, type Finding } from './finding.ts';

/** Milliseconds. Tokens and reset links end by the clock; nodes that differ disagree on both. */
const FINE = 5_000;
const BEARABLE = 60_000;

/** This machine's clock beside another, which said `theirs` when it was asked at `asked`; milliseconds. */
export function clockFinding(whose: string, theirs: number, asked: number): Finding {
  // It was asked some time before it answered, which is no difference.
  const ahead = theirs > Date.now() ? theirs - Date.now() : Math.min(0, theirs - asked);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (Math.abs(ahead) <= FINE) return ok(`The clock agrees with that of ${whose}`);
  const text = `The clock differs from that of ${whose} by ${seconds} s: have both set by NTP`;
  return Math.abs(ahead) <= BEARABLE ? warning(text) : problem(text);
}
