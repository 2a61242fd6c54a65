import Type from 'typebox';

/** A position in the list of posts, newest first: that of a post, which may have been deleted. */
export interface Place {
  /** Microseconds. */
  date_posted: number;
  id: number;
}

/** Both numbers in base 36. Everything of this form is a valid position, so nothing else is checked. */
export const Cursor = Type.String({
  pattern: '^-?[0-9a-z]{1,11}\\.[0-9a-z]{1,11}$',
  description:
    'Where the page begins, as given in the Link header of the page before; `skip` then only says how many posts came before.',
});

/** The cursor for the posts after this one. */
export function cursorAfter({ date_posted, id }: Place): string {
  return `${date_posted.toString(36)}.${id.toString(36)}`;
}

/** The position that a valid cursor names. */
export function readCursor(cursor: string): Place {
  const [date = '', id = ''] = cursor.split('.');
  return { date_posted: Number.parseInt(date, 36), id: Number.parseInt(id, 36) };
}
