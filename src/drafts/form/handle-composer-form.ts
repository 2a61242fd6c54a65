import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import { handleForm, type Accepted, type Answered } from '../../http/pages/form.ts';
import type { PageContext } from '../../http/pages/page-context.ts';
import { keepTexts } from '../../pictures/posts/post-pictures.service.ts';
import { PICTURES_MAX } from '../../text/markdown/pictures.ts';
import { referencesIn } from '../../text/references.ts';
import { href } from '../../views/href.ts';
import type { Html } from '../../views/html.ts';
import type { Composed } from '../composer.views.ts';
import { pressedInTray, runAddPictures, runTrayButton } from '../pictures/tray-button.ts';
import { applyTray } from '../pictures/tray.ts';
import { Undescribed } from '../pictures/tray.service.ts';
import { readPreview } from '../preview.pages.ts';
import type { PreviewText } from '../preview.service.ts';
import type { ShowComposer } from './composer-page.ts';
import { conflictPage } from './conflict.views.ts';
import { draftPlace, newPlace, valuesOf, type Place } from './place.ts';
import { runButton } from './run-button.ts';
import { TextConflict } from './text-conflict.ts';
import { pressed, readText } from './written.ts';

/** The ids in a form's address. */
interface Ids {
  postId?: number;
  draftId?: number;
}

/** Answers the composer's form, posted from `place`: null for a post that is gone. */
type HandleComposerForm = (
  request: FastifyRequest,
  reply: FastifyReply,
  ids: Ids,
  place: Place | null,
) => Promise<FastifyReply>;

/** Returns the function that handles every post of the composer's form. */
export function createComposerFormHandler(
  ctx: Context,
  {
    pageContext,
    showComposer,
    preview,
  }: { pageContext: PageContext; showComposer: ShowComposer; preview: PreviewText },
): HandleComposerForm {
  /** If the draft or post is gone, the text is kept as the beginning of a new one. */
  const showAsNew = (request: FastifyRequest, state: Composed): Promise<Html> => {
    const begun = { draft: '', draft_version: '', version: '', form_key: randomUUID() };
    const again = { ...state, values: { ...state.values, ...begun }, unsaved: true };
    return showComposer(request, newPlace(), again);
  };

  /** Does what the pressed button says. */
  const run = async (
    request: FastifyRequest,
    ids: Ids,
    place: Place,
  ): Promise<Accepted | Answered> => {
    const show = (state: Composed) => showComposer(request, place, { ...state, unsaved: true });
    applyTray(request);
    if (pressed(request) === 'preview') {
      const values = { ...(request.body as Record<string, string>) };
      const rendered = await preview(viewerOf(request), readPreview(request));
      return { page: await show({ values, errors: {}, preview: rendered }) };
    }
    if (pressed(request) === 'pictures')
      return addPictures(ctx, showComposer, request, { ids, place });
    const inTray = pressedInTray(request);
    const done = inTray
      ? await runTrayButton(ctx, request, ids, inTray)
      : await runButton(ctx, request, { ids, show });
    const { content = '' } = request.body as { content?: string };
    await keepTexts(ctx, viewerOf(request), referencesIn(content).slice(0, PICTURES_MAX));
    return done;
  };

  /** The page of a form that was refused. */
  const showRefused = (
    request: FastifyRequest,
    place: Place,
    state: Composed,
    error: HttpError,
  ): Html | Promise<Html> => {
    if (error instanceof TextConflict) {
      const page = pageContext(request, 'Two Versions');
      const form = { action: href(ctx.config, place.action), mine: readText(request) };
      return conflictPage(page, error, { ...form, values: state.values });
    }
    if (error instanceof Undescribed) {
      const question = { text: error.message, button: pressed(request) };
      const { values, errors } = state;
      return showComposer(request, place, { values, errors, question, unsaved: true });
    }
    if (error.status === 404) return showAsNew(request, state);
    return showComposer(request, place, { ...state, unsaved: true });
  };

  return (request, reply, ids, place) => {
    if (place === null) {
      const words = 'This post has been deleted. What you wrote is kept below, as a new text.';
      const refuse = () => Promise.reject(new HttpError(404, words));
      return handleForm(request, reply, {
        run: refuse,
        show: (state) => showAsNew(request, state),
      });
    }
    return handleForm(request, reply, {
      run: () => run(request, ids, place),
      show: (state, error) => showRefused(request, place, state, error),
    });
  };
}

/** Adds the form's files as pictures, and shows the form with the result. */
async function addPictures(
  ctx: Context,
  showComposer: ShowComposer,
  request: FastifyRequest,
  { ids, place }: { ids: Ids; place: Place },
): Promise<Accepted | Answered> {
  const { draft, refused, summary } = await runAddPictures(ctx, request, ids);
  if (draft && refused.length === 0 && summary === undefined) {
    return { location: `/drafts/${draft.id}`, done: 'pictures' };
  }
  const values = { ...(request.body as Record<string, string>), ...(draft && valuesOf(draft)) };
  const state = { values, errors: {}, refused, ...(summary !== undefined && { summary }) };
  const page = draft
    ? await showComposer(request, draftPlace(draft), state)
    : await showComposer(request, place, { ...state, unsaved: true });
  return { page };
}
