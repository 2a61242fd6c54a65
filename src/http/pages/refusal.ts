import { type HttpError, TooManyRequests } from '../../errors.ts';

/** An error's message for people: the API's text, and how long to wait where that is known. */
export function messageForPeople(error: HttpError): string {
  if (!(error instanceof TooManyRequests)) return error.message;
  return `Too many requests. Try again in ${duration(error.retryAfterSeconds)}.`;
}

/** `40 seconds`, `4 minutes`, `1 hour`: rounded up. */
function duration(seconds: number): string {
  if (seconds < 60) return count(Math.max(1, Math.ceil(seconds)), 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? count(minutes, 'minute') : count(Math.ceil(minutes / 60), 'hour');
}

function count(number: number, unit: string): string {
  return number === 1 ? `1 ${unit}` : `${number} ${unit}s`;
}
