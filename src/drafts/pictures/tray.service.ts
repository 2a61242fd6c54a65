import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import {
  findPicturesOfPost,
  listUnusedOf,
  picturesIn,
} from '../../pictures/posts/picture-uses.service.ts';
import { referencesIn } from '../../text/references.ts';
import type { TextPicture } from '../../text/rendered.ts';
import type { PictureTexts } from './tray.ts';

export type TrayPicture = TextPicture & PictureTexts;

/** A person's pictures beside the text they write. */
export interface Tray {
  /** those that the text shows, each once, in its order */
  pictures: TrayPicture[];
  /** those that no text of theirs shows, newest first */
  unused: TrayPicture[];
}

/** Pictures that are offered because nothing uses them. */
const UNUSED_MAX = 12;

/** The pictures that belong to a text of the viewer's. */
export async function findTray(ctx: Context, viewer: UserRow, content: string): Promise<Tray> {
  const own = await picturesIn(ctx, { author: viewer.id, content });
  const known = new Map(own.map((picture) => [picture.id, picture]));
  const shown = new Map<number, TrayPicture>();
  for (const { id, alt, caption } of referencesIn(content)) {
    const picture = known.get(id);
    if (picture && !shown.has(id)) shown.set(id, { ...picture, alt, caption });
  }
  const unused = await listUnusedOf(ctx, viewer.id, UNUSED_MAX);
  return {
    pictures: [...shown.values()],
    unused: unused.filter(({ id }) => !known.has(id)),
  };
}

/** 409: pictures without an alt text are about to be published for the first time. */
export class Undescribed extends HttpError {
  readonly count: number;

  constructor(count: number) {
    super(
      409,
      count === 1
        ? 'Describe this picture, or say it is decoration.'
        : `Describe these ${count} pictures, or say they are decoration.`,
    );
    this.name = 'Undescribed';
    this.count = count;
  }
}

/** Throws Undescribed if a text shows pictures without an alt text that this post does not show yet. */
export async function assertDescribed(
  ctx: Context,
  viewer: UserRow,
  { content, postId }: { content: string; postId: number | null },
): Promise<void> {
  const silent = referencesIn(content).filter(({ alt }) => alt === '');
  if (silent.length === 0) return;
  const own = await picturesIn(ctx, { author: viewer.id, content });
  const before = postId === null ? [] : await findPicturesOfPost(ctx.db, postId);
  const asked = own.filter(
    ({ id }) =>
      silent.some((reference) => reference.id === id) && before.every((one) => one.id !== id),
  );
  if (asked.length > 0) throw new Undescribed(asked.length);
}
