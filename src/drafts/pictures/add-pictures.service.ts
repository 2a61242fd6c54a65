import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { HttpError, TooCostly } from '../../errors.ts';
import type { FormFile } from '../../http/body/form-files.ts';
import { fileTooLarge } from '../../http/body/multipart.ts';
import { messageForPeople } from '../../http/pages/refusal.ts';
import { addPostPicture, assertRoom } from '../../pictures/posts/post-pictures.service.ts';
import { cutText } from '../../text/cut.ts';
import { PICTURES_MAX } from '../../text/markdown/pictures.ts';
import { referenceTo } from '../../text/references.ts';

/** Files that one form may bring. */
export const FILES_MAX = 20;
/** How much of a file's name is shown; characters. */
const NAME_SHOWN = 60;

/** A file that did not become a picture, and why: a sentence. */
export interface RefusedFile {
  name: string;
  why: string;
}

/** What became of the files of a form. */
interface AddedPictures {
  references: string[];
  refused: RefusedFile[];
}

/**
 * Stores the files of a form as pictures. `room`: how many more the text may show. A file that is
 * refused is returned with its reason; only other errors are thrown.
 */
export async function addPictures(
  ctx: Context,
  viewer: UserRow,
  files: readonly FormFile[],
  room: number,
): Promise<AddedPictures> {
  const added: AddedPictures = { references: [], refused: [] };
  for (const file of files) {
    try {
      if (added.references.length >= room) throw tooMany();
      added.references.push(await addOne(ctx, viewer, file));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      added.refused.push({ name: cutText(file.name, NAME_SHOWN), why: reasonOf(error) });
    }
  }
  return added;
}

async function addOne(ctx: Context, viewer: UserRow, { upload, refused }: FormFile) {
  if (refused === 'large') throw fileTooLarge(ctx.config.MAX_UPLOAD_SIZE_BYTES);
  if (refused === 'many') {
    throw new HttpError(400, `Only ${FILES_MAX} files are taken at once. Add this one again.`);
  }
  await ctx.limits.postPictures.take(String(viewer.id));
  await assertRoom(ctx, viewer.id);
  const sent = { upload, alt: '', caption: '' };
  return referenceTo(await addPostPicture(ctx, viewer.id, sent));
}

/** The 400 for a text that already shows as many pictures as a post may. */
export const tooMany = () =>
  new HttpError(400, `A post shows at most ${PICTURES_MAX} pictures. Remove one first.`);

function reasonOf(error: HttpError): string {
  const message = error instanceof TooCostly ? error.plain : messageForPeople(error);
  return message.endsWith('.') ? message : `${message}.`;
}
