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

/** A time as `isoMicros` writes one, or with another offset; undefined for anything else. */
export function parseMicros(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)) {
    return undefined;
  }
  try {
    return Number(Temporal.Instant.from(text).epochNanoseconds / 1000n);
  } catch {
    // February 30.
    return undefined;
  }
}
