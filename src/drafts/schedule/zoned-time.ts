/** A moment that was given as the clocks of a zone show it. */
export interface Moment {
  /** Microseconds. */
  at: number;
  /**
   * `skipped`: clocks of the zone jump over that time, and the moment is later by the length of the
   * jump; `twice`: they show it twice, and the moment is the first of the two.
   */
  shift: 'skipped' | 'twice' | null;
}

/**
 * The moment at which the clocks of `zone` show this date (`2027-03-28`) and time (`09:30`). Throws
 * RangeError for a date, time or zone that is not valid.
 */
export function momentOf({
  date,
  time,
  zone,
}: {
  date: string;
  time: string;
  zone: string;
}): Moment {
  const plain = Temporal.PlainDate.from(date, { overflow: 'reject' }).toPlainDateTime(
    Temporal.PlainTime.from(time, { overflow: 'reject' }),
  );
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(zone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  if (first.equals(second)) return { at: microsOf(first), shift: null };
  const skipped = !first.toPlainDateTime().equals(plain);
  return skipped
    ? { at: microsOf(second), shift: 'skipped' }
    : { at: microsOf(first), shift: 'twice' };
}

const microsOf = ({ epochNanoseconds }: Temporal.ZonedDateTime) => Number(epochNanoseconds / 1000n);

/** What the clocks of a zone show at a moment, in microseconds: for the fields of a form. */
export function shownIn(zone: string, at: number): { date: string; time: string } {
  const shown = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1000)).toZonedDateTimeISO(
    zone,
  );
  const time = shown.toPlainTime().toString({ smallestUnit: 'minute' });
  return { date: shown.toPlainDate().toString(), time };
}

/** Whether there is a zone of this name. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
