import { lazy } from '../../runtime/lazy.ts';

/** A month in UTC, as 202603. */
export type Month = number;

/** Formatting takes 2 µs, and an archive names hundreds of months. */
const names = lazy(() => {
  const english = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => english.format(Date.UTC(2000, month)));
});

/** When a month begins, or one so many months later; microseconds. */
export function startOf(month: Month, later = 0): number {
  return dateOf(month, later).getTime() * 1000;
}

/** The month of these numbers; 0, which has no posts, for anything that is not a month. */
export function monthOf({ year, month }: { year: number; month: number }): Month {
  const isMonth = year > 0 && year < 10_000 && month > 0 && month < 13;
  return isMonth ? year * 100 + month : 0;
}

/** The month of a time in microseconds. */
export function monthAt(time: number): Month {
  const date = new Date(time / 1000);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}

export const monthAfter = (month: Month): Month => monthAt(startOf(month, 1));

export const yearOf = (month: Month): number => Math.floor(month / 100);

/** `March`. */
export const shortName = (month: Month): string => names()[(month % 100) - 1] ?? '';

/** `March 2026`. */
export const monthName = (month: Month): string => `${shortName(month)} ${yearOf(month)}`;

/** The path of a month's page. */
export function monthPath(month: Month): string {
  const [year, number] = [yearOf(month), month % 100].map(String);
  return `/archive/${year?.padStart(4, '0')}/${number?.padStart(2, '0')}`;
}

function dateOf(month: Month, later = 0): Date {
  const begin = new Date(0);
  // Date.UTC reads the years below 100 as 1900 to 1999.
  begin.setUTCFullYear(yearOf(month), (month % 100) - 1 + later, 1);
  return begin;
}
