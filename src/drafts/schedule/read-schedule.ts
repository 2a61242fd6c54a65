import type { FastifyRequest } from 'fastify';
import { isoMicros } from '../../db/time.ts';
import { fieldErrors } from '../../http/pages/form.ts';
import { isZone, momentOf, type Moment } from './zoned-time.ts';

/**
 * When the form's text is to be published, as for DraftUpdate. Throws ValidationError for what is
 * missing, not valid, or over. `now`: microseconds.
 */
export function readSchedule(
  request: FastifyRequest,
  now: number,
): { publishAt: string; shift: Moment['shift'] } {
  const body = (request.body ?? {}) as Record<string, string | undefined>;
  const { publish_date: date = '', publish_time: time = '', publish_zone: zone = '' } = body;
  if (!isZone(zone)) {
    throw fieldErrors({ publish_zone: 'This is not a time zone. One is Europe/Zurich.' });
  }
  const wrong = {
    ...(!isValid({ date, time: '00:00', zone }) && { publish_date: 'Please choose a date.' }),
    ...(!isValid({ date: '2000-01-01', time, zone }) && { publish_time: 'Please choose a time.' }),
  };
  if (Object.keys(wrong).length > 0) throw fieldErrors(wrong);
  const { at, shift } = momentOf({ date, time, zone });
  if (at <= now)
    throw fieldErrors({ publish_date: 'This time is over. Please choose a later one.' });
  return { publishAt: isoMicros(at), shift };
}

function isValid(given: Parameters<typeof momentOf>[0]): boolean {
  try {
    momentOf(given);
    return true;
  } catch {
    return false;
  }
}
