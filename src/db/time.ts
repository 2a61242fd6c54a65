/** The current time in microseconds since 1970, the unit of every stored time. */
export function micros(clock: () => number): number {
  return Math.floor(clock()) * 1000;
}

/** `2026-03-07T09:05:00.123456Z` for stored microseconds. */
export function isoMicros(time: number): string {
  const rest = ((time % 1000) + 1000) % 1000;
  const millis = new Date((time - rest) / 1000).toISOString();
  return `${millis.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
