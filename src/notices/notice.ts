import Type, { type Static } from 'typebox';
import { isoMicros } from '../db/time.ts';
import { COUNTED, noticePath, type FoundNotice, type NoticeList } from './reading.service.ts';

const Notice = Type.Object({
  id: Type.Integer(),
  kind: Type.String({ enum: ['comment', 'reply', 'mention', 'report', 'waiting', 'published'] }),
  created_at: Type.String({ format: 'date-time' }),
  read: Type.Boolean(),
  url: Type.String({ description: 'The path of what it is about' }),
});

/** A page of notices, newest first. */
export const NoticePage = Type.Object(
  {
    notices: Type.Array(Notice),
    unread: Type.Integer({ description: `How many are unread; ${COUNTED} stands for all above` }),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'The `cursor` of the next page; null on the last one',
    }),
  },
  { $id: 'NoticePage' },
);
export type NoticePage = Static<typeof NoticePage>;

/** Notices on one page, at most and by default. */
const NOTICES_MAX = 100;
export const NOTICES_SHOWN = 20;

/** Which notices were read; without a field, all. Those of other people stay as they are. */
export const NoticesRead = Type.Object(
  {
    notice_id: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], { description: 'This one' }),
    ),
    up_to: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description: 'The newest notice to mark as read; later ones stay unread',
      }),
    ),
  },
  { $id: 'NoticesRead' },
);

/** The number of a notice in a path. */
export const NoticePath = Type.Object({ notice_id: Type.Integer() });

/** Which page of notices over the API. */
export const NoticesQuery = Type.Object({
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: NOTICES_MAX, default: NOTICES_SHOWN }),
});

/** Which page of notices as a page. */
export const NoticesBefore = Type.Object({
  before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
  done: Type.Optional(Type.String()),
});

/** A page of notices as the API answers it. `pathOf`: adds the blog's own path to one. */
export function toNoticePage(
  { notices, next, unread }: NoticeList,
  pathOf: (path: string) => string,
): NoticePage {
  return {
    notices: notices.map((notice: FoundNotice) => ({
      id: notice.id,
      kind: notice.kind,
      created_at: isoMicros(notice.created_at),
      read: notice.read_at !== null,
      url: pathOf(noticePath(notice)),
    })),
    unread,
    next: next === undefined ? null : String(next),
  };
}
