import { lazy } from '../runtime/lazy.ts';
import { html, type Html } from './html.ts';

const day = lazy(() => new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }));
const minute = lazy(
  () =>
    new Intl.DateTimeFormat('en-US', {
      dateStyle: 'long',
      timeStyle: 'short',
      hourCycle: 'h23',
      timeZone: 'UTC',
    }),
);

/** `March 7, 2026` in UTC for stored microseconds. */
export function date(time: number): Html {
  return element(time, day().format(time / 1000));
}

/** `March 7, 2026 at 14:05 UTC` for stored microseconds. */
export function dateAndTime(time: number): Html {
  return element(time, dateAndTimeText(time));
}

/** The same as text, for a sentence that is not markup. */
export function dateAndTimeText(time: number): string {
  return `${minute().format(time / 1000)} UTC`;
}

/** `2026-03-07T14:05:00.000Z` for stored microseconds. */
export function isoTime(time: number): string {
  return new Date(Math.floor(time / 1000)).toISOString();
}

function element(time: number, text: string): Html {
  return html`<time datetime="${isoTime(time)}">${text}</time>`;
}
