const HOUR = 60 * 60 * 1_000_000;
const DAY = 24 * HOUR;

/** How long every unpublished revision is kept, and then one of each hour; later one of each day. */
const ALL_FOR = DAY;
const HOURLY_FOR = 30 * DAY;

/** Bytes of text that one post's revisions may have. */
export const KEPT_BYTES = 20 * 1024 * 1024;
/** The least that a revision counts as, in bytes, so that a post has at most 5,120. */
const LEAST_BYTES = 4096;

/** A revision, as far as this decision needs it. */
export interface SizedRevision {
  id: number;
  published: number;
  /** Microseconds. */
  created_at: number;
  /** of its text */
  bytes: number;
}

/**
 * The ids of the revisions to delete at `now` (microseconds), of all `revisions` of one post or
 * draft, oldest first. The newest and the newest published one are always kept, other published
 * ones as long as there is room.
 */
export function findExpiredRevisions(revisions: readonly SizedRevision[], now: number): number[] {
  const newest = revisions.at(-1);
  const newestPublished = revisions.findLast(({ published }) => published === 1);
  const needed = (one: SizedRevision) => one === newest || one === newestPublished;
  const expired = new Set<SizedRevision>();

  const periods = new Set<string>();
  for (const one of revisions.toReversed()) {
    if (one.published === 1) continue;
    const age = now - one.created_at;
    if (age <= ALL_FOR) continue;
    const length = age <= HOURLY_FOR ? HOUR : DAY;
    const period = `${length} ${Math.floor(one.created_at / length)}`;
    if (periods.has(period) && !needed(one)) expired.add(one);
    periods.add(period);
  }

  const sizeOf = ({ bytes }: SizedRevision) => Math.max(bytes, LEAST_BYTES);
  const left = revisions.filter((one) => !expired.has(one));
  let bytes = left.reduce((sum, one) => sum + sizeOf(one), 0);
  const unpublishedFirst = left.toSorted((a, b) => a.published - b.published || a.id - b.id);
  for (const one of unpublishedFirst) {
    if (bytes <= KEPT_BYTES) break;
    if (needed(one)) continue;
    expired.add(one);
    bytes -= sizeOf(one);
  }
  return [...expired].map(({ id }) => id);
}
