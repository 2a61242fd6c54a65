import Type from 'typebox';

/** A place in the order of posts, newest first: that of a post, which need not be there any more. */
export interface Place {
  /** microseconds */
  date_posted: number;
  id: number;
}

/** Both numbers to the base of 36; whatever has this form is a place, so that there is nothing else to check. */
export const Cursor = Type.String({
  pattern: '^-?[0-9a-z]{1,11}\\.[0-9a-z]{1,11}$',
  description:
    'Where the page begins, as the Link header of the page before it says; `skip` then only tells how many posts came before.',
});

/** The cursor for what comes after this post. */
export function cursorAfter({ date_posted, id }: Place): string {
  return `${date_posted.toString(36)}.${id.toString(36)}`;
}

/** The place that a valid cursor names. */
export function readCursor(cursor: string): Place {
  const [date = '', id = ''] = cursor.split('.');
  return { date_posted: Number.parseInt(date, 36), id: Number.parseInt(id, 36) };
}
