import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authorizeWriting } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import type { App } from '../http/app-type.ts';
import { HttpError, ValidationError } from '../errors.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { PostPath } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { listTags } from '../tags/tags.service.ts';
import { writeTags } from '../tags/tag-line.ts';
import { getSetting } from '../settings/settings.ts';
import { href } from '../views/href.ts';
import type { Html } from '../views/html.ts';
import { sizeInWords } from '../http/body/multipart.ts';
import { MAX_PIXELS } from '../images/inspect.ts';
import { keepTexts } from '../pictures/posts/post-pictures.service.ts';
import { PICTURES_MAX } from '../text/markdown/pictures.ts';
import { referencesIn } from '../text/references.ts';
import { composerPage, type Composed } from './composer.views.ts';
import { conflictPage } from './form/conflict.views.ts';
import { DraftPath } from './draft.ts';
import { getDraft, getDraftOfPost } from './reading.service.ts';
import { findPostOfDraft } from './share/published-drafts.service.ts';
import {
  draftPlace,
  editPlace,
  newPlace,
  scheduleValues,
  valuesOf,
  type Place,
} from './form/place.ts';
import { runButton } from './form/run-button.ts';
import { TextConflict } from './form/text-conflict.ts';
import { pressed, readText } from './form/written.ts';
import { FILES_MAX } from './pictures/add-pictures.service.ts';
import { pressedInTray, runAddPictures, runTrayButton } from './pictures/tray-button.ts';
import { applyTray } from './pictures/tray.ts';
import { findTray, Undescribed } from './pictures/tray.service.ts';
import type { ShownTray } from './pictures/tray.views.ts';
import { readPreview, registerPreview } from './preview.pages.ts';
import { createPreviews } from './preview.service.ts';

/** Whether a path is that of a form with a post's text, which must survive the end of a session. */
export function isPostForm(path: string): boolean {
  return /^\/(?:posts\/(?:new|\d+\/edit)|drafts\/\d+)$/.test(path);
}

/** Tags that the composer suggests: those with the most posts. */
const SUGGESTED = 100;

/** The ids in a form's address. */
interface Ids {
  postId?: number;
  draftId?: number;
}

/** The composer: forms for writing a post and for changing one, and for their drafts. */
export function registerComposerPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    updated: 'Post updated successfully!',
    saved: 'Draft saved.',
    scheduled: 'Draft saved. It will be published at the time below.',
    'scheduled-skipped':
      'Draft saved. The clocks skip the time you chose on that day, so it will be published that much later: at the time below.',
    'scheduled-twice':
      'Draft saved. The clocks show the time you chose twice on that day, and it will be published the first time: at the time below.',
    pictures: 'Pictures added at the end of the text. Describe them below.',
    kept: 'The published post stays as it is. Your version is in its history.',
  });
  const { pageContext, signedIn } = pages;
  const writing = { ...pages.writing, ...withPictures(ctx, pages) };
  const { MAX_UPLOAD_SIZE_BYTES: bytes } = ctx.config;
  const limits = { bytes, pixels: MAX_PIXELS, size: sizeInWords(bytes) };
  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  const ofDraft = { schema: { hide: true, params: DraftPath } } as const;

  const preview = createPreviews(ctx);
  registerPreview(app, pages, preview);

  /** The form as it was posted, with its text rendered. */
  const previewed = async (request: FastifyRequest): Promise<Composed> => ({
    values: { ...(request.body as Record<string, string>) },
    errors: {},
    preview: await preview(viewerOf(request), readPreview(request)),
  });
  const pageOf = async (
    request: FastifyRequest,
    place: Place,
    state: Composed & Pick<ShownTray, 'question' | 'refused'>,
  ): Promise<Html> => {
    const { question, refused } = state;
    const found = await findTray(ctx, viewerOf(request), state.values['content'] ?? '');
    const suggested = await listTags(ctx, viewerOf(request), SUGGESTED);
    const tray = { ...found, limits, ...(question && { question }), ...(refused && { refused }) };
    return composerPage(pageContext(request, place.h1), place, {
      ...state,
      tray,
      suggested: suggested.map(({ name }) => name),
    });
  };

  /** Adds the form's files, and shows what became of it. */
  const addPictures = async (request: FastifyRequest, ids: Ids, place: Place) => {
    const { draft, refused, summary } = await runAddPictures(ctx, request, ids);
    if (draft && refused.length === 0 && summary === undefined)
      return { location: `/drafts/${draft.id}`, done: 'pictures' };
    const values = { ...(request.body as Record<string, string>), ...(draft && valuesOf(draft)) };
    const state = { values, errors: {}, refused, ...(summary !== undefined && { summary }) };
    return {
      page: draft
        ? await pageOf(request, draftPlace(draft), state)
        : await pageOf(request, place, { ...state, unsaved: true }),
    };
  };

  /** Of a draft or a post that is gone: the text is not, and begins another. */
  const showAsNew = (request: FastifyRequest, state: Composed): Promise<Html> => {
    const begun = { draft: '', draft_version: '', version: '', form_key: randomUUID() };
    const again = { ...state, values: { ...state.values, ...begun }, unsaved: true };
    return pageOf(request, newPlace(), again);
  };

  /** `place`: null for a post that is gone. */
  const answer = (request: FastifyRequest, reply: FastifyReply, ids: Ids, place: Place | null) => {
    if (place === null) {
      const words = 'This post has been deleted. What you wrote is kept below, as a new text.';
      const run = () => Promise.reject(new HttpError(404, words));
      return handleForm(request, reply, { run, show: (state) => showAsNew(request, state) });
    }
    const show = (state: Composed) => pageOf(request, place, { ...state, unsaved: true });
    return handleForm(request, reply, {
      show: (state, error) => {
        if (error instanceof TextConflict) {
          const page = pageContext(request, 'Two Versions');
          const form = { action: href(app, place.action), mine: readText(request) };
          return conflictPage(page, error, { ...form, values: state.values });
        }
        if (error instanceof Undescribed) {
          const question = { text: error.message, button: pressed(request) };
          const { values, errors } = state;
          return pageOf(request, place, { values, errors, question, unsaved: true });
        }
        return error.status === 404 ? showAsNew(request, state) : show(state);
      },
      run: async () => {
        applyTray(request);
        if (pressed(request) === 'preview') return { page: await show(await previewed(request)) };
        if (pressed(request) === 'pictures') return addPictures(request, ids, place);
        const inTray = pressedInTray(request);
        const done = inTray
          ? await runTrayButton(ctx, request, ids, inTray)
          : await runButton(ctx, request, { ids, show });
        const { content = '' } = request.body as { content?: string };
        await keepTexts(ctx, viewerOf(request), referencesIn(content).slice(0, PICTURES_MAX));
        return done;
      },
    });
  };

  app.get('/posts/new', signedIn, async (request, reply) => {
    authorizeWriting(viewerOf(request));
    const zone = scheduleValues(await getSetting(ctx, 'time-zone'));
    const values = { form_key: randomUUID(), format: 'markdown', ...zone };
    return sendPage(request, reply, await pageOf(request, newPlace(), { values, errors: {} }));
  });
  app.post('/posts/new', writing, (request, reply) => answer(request, reply, {}, newPlace()));

  const findPost = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return getOwnPostFor(ctx, viewerOf(request), id, 'update');
  };
  app.get('/posts/:post_id/edit', { ...signedIn, ...ofPost }, async (request, reply) => {
    const post = await findPost(request);
    const draft = await getDraftOfPost(ctx, viewerOf(request), post.id);
    const { title, content, format, audience, version } = post;
    const schedule = scheduleValues(await getSetting(ctx, 'time-zone'), draft);
    const text = draft
      ? valuesOf(draft)
      : {
          title,
          content,
          format,
          audience,
          tags: writeTags(post.tags),
          version: String(version),
          draft: '',
          draft_version: '',
        };
    const values = { ...text, ...schedule };
    const place = editPlace(post, draft);
    return sendPage(request, reply, await pageOf(request, place, { values, errors: {} }));
  });
  app.post('/posts/:post_id/edit', { ...writing, ...ofPost }, async (request, reply) => {
    const post = await findPost(request).catch((error: unknown) => {
      const { content } = (request.body ?? {}) as { content?: string };
      if (error instanceof HttpError && error.status === 404 && content) return null;
      throw error;
    });
    return answer(request, reply, post ? { postId: post.id } : {}, post && editPlace(post));
  });

  app.get('/drafts/:draft_id', { ...signedIn, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    const viewer = viewerOf(request);
    const postId = await findPostOfDraft(ctx, viewer, id);
    if (postId !== undefined) return reply.redirect(href(app, `/posts/${postId}`), 303);
    const draft = await getDraft(ctx, viewer, id);
    const schedule = scheduleValues(await getSetting(ctx, 'time-zone'), draft);
    const state = { values: { ...valuesOf(draft), ...schedule }, errors: {} };
    return sendPage(request, reply, await pageOf(request, draftPlace(draft), state));
  });
  app.post('/drafts/:draft_id', { ...writing, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    const draft = await findOwn(ctx, viewerOf(request), id);
    return answer(request, reply, { draftId: id }, draft ? draftPlace(draft) : newPlace());
  });
}

/**
 * The form may bring pictures, from somebody who is signed in. The texts of pictures become part of the post's text
 * before anything else is done with it.
 */
function withPictures(ctx: Context, { writing }: Pages) {
  const { MAX_UPLOAD_SIZE_BYTES: max, spoolDir: folder } = ctx.config;
  const files = ({ viewer }: FastifyRequest) =>
    viewer ? { max, count: FILES_MAX, folder } : undefined;
  const writeTexts = async (request: FastifyRequest): Promise<void> => {
    try {
      applyTray(request);
    } catch (error) {
      // Said beside the field when the form is handled.
      if (!(error instanceof ValidationError)) throw error;
    }
  };
  return {
    config: { ...writing.config, files },
    preValidation: [writeTexts, writing.preValidation],
  };
}

/** The draft, if it is the viewer's. */
async function findOwn(ctx: Context, viewer: UserRow, id: number): Promise<DraftRow | undefined> {
  return getDraft(ctx, viewer, id).catch(() => undefined);
}
