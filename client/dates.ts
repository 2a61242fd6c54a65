const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** Shows dates in the reader's language and time zone; in full when the pointer rests on one. */
export function localizeDates(root: ParentNode = document): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    // With a time of day the server says the zone, too.
    const shown = (time.textContent.includes('UTC') ? minute : day).format(date);
    if (time.textContent !== shown) time.textContent = shown;
    time.title = full.format(date);
  }
}
