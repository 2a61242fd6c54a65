import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { DraftRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import type { Accepted } from '../../http/pages/form.ts';
import { PICTURES_MAX } from '../../text/markdown/pictures.ts';
import { append, changed, move, referencesIn, referenceTo, remove } from '../../text/references.ts';
import { saveText } from '../form/save.service.ts';
import { readOrigin, readText, type Text } from '../form/written.ts';
import { addPictures, tooMany, type RefusedFile } from './add-pictures.service.ts';
import { setBody } from './tray.ts';
import { findTray } from './tray.service.ts';

/** The ids in the address of a form. */
interface Ids {
  postId?: number;
  draftId?: number;
}

/** A button beside one picture. */
interface TrayButton {
  act: 'insert' | 'remove' | 'up' | 'down';
  id: number;
}

/** The button of a picture that posted the form. */
export function pressedInTray(request: FastifyRequest): TrayButton | undefined {
  const { do: name = '' } = (request.body ?? {}) as { do?: string };
  const [, act, id] = /^(insert|remove|up|down)-(\d{1,15})$/.exec(name) ?? [];
  return act === undefined ? undefined : { act: act as TrayButton['act'], id: Number(id) };
}

/** Changes the text as the button says, and saves it as a draft. Throws as saveText. */
export async function runTrayButton(
  ctx: Context,
  request: FastifyRequest,
  ids: Ids,
  button: TrayButton,
): Promise<Accepted> {
  const { content } = readText(request);
  setBody(request, { content: await press(ctx, request, content, button) });
  const origin = readOrigin(request, ids);
  const { id } = await saveText(ctx, viewerOf(request), readText(request), origin);
  return { location: `/drafts/${id}#pictures` };
}

async function press(
  ctx: Context,
  request: FastifyRequest,
  content: string,
  { act, id }: TrayButton,
): Promise<string> {
  if (act === 'remove') return changed(content, remove(content, id));
  if (act !== 'insert') return changed(content, move(content, id, act === 'up' ? -1 : 1));
  if (referencesIn(content).length >= PICTURES_MAX) throw tooMany();
  const { pictures, unused } = await findTray(ctx, viewerOf(request), content);
  const picture = [...pictures, ...unused].find((one) => one.id === id);
  if (!picture) throw new HttpError(404, 'Picture not found');
  return append(content, [referenceTo(picture)]);
}

/** What became of "Add pictures". */
interface AfterAdding {
  /** Missing if there was nothing to save. */
  draft?: DraftRow;
  refused: RefusedFile[];
  /** Why none of the files was taken. */
  summary?: string;
}

/**
 * Saves the text as a draft, stores the form's files as pictures, and saves the text again with their references at its
 * end. Throws as saveText; the form then has the references already.
 */
export async function runAddPictures(
  ctx: Context,
  request: FastifyRequest,
  ids: Ids,
): Promise<AfterAdding> {
  const viewer = viewerOf(request);
  const origin = readOrigin(request, ids);
  const text = readText(request);
  const before = isEmpty(text) ? undefined : await saveText(ctx, viewer, text, origin);
  const saved = before && { draft: before };
  const files = request.files ?? [];
  const summary = findObstacle(text, files.length);
  if (summary !== undefined) return { ...saved, refused: [], summary };
  const room = PICTURES_MAX - referencesIn(text.content).length;
  const { references, refused } = await addPictures(ctx, viewer, files, room);
  if (references.length === 0) return { ...saved, refused };
  const content = append(text.content, references);
  setBody(request, {
    content,
    ...(before && { draft: String(before.id), draft_version: String(before.version) }),
  });
  const now = readOrigin(request, ids);
  return { draft: await saveText(ctx, viewer, { ...text, content }, now), refused };
}

const isEmpty = ({ title, content }: Text) => title === '' && content === '';

function findObstacle({ format }: Text, files: number): string | undefined {
  if (format !== 'markdown')
    return 'Only texts written as Markdown show pictures. Choose it below.';
  return files === 0 ? 'Choose pictures first, then add them.' : undefined;
}
