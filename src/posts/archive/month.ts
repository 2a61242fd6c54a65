/** A month in UTC, as 202603. */
export type Month = number;

/** When a month begins, or one so many months later; microseconds. */
export function startOf(month: Month, later = 0): number {
  const begin = new Date(0);
  // Date.UTC takes the years below 100 as of the last century.
  begin.setUTCFullYear(Math.floor(month / 100), (month % 100) - 1 + later, 1);
  return begin.getTime() * 1000;
}

/** The month of this year and number, from 1 to 12. */
export const monthOf = (year: number, month: number): Month => year * 100 + month;
