import Type, { type Static } from 'typebox';

/** How long the reason of a report may be; code points. */
export const REASON_MAX = 500;

export const ReportCreate = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: REASON_MAX }) },
  { $id: 'ReportCreate' },
);
export type ReportCreate = Static<typeof ReportCreate>;

/** What is reported. */
export type Reported = { postId: number } | { commentId: number };
