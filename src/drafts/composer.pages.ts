import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authorizeWriting } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { PostPath } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { getSetting } from '../settings/settings.ts';
import { href } from '../views/href.ts';
import type { Html } from '../views/html.ts';
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
import { readPreview, registerPreview } from './preview.pages.ts';
import { createPreviews } from './preview.service.ts';

/** Whether a path is that of a form with a post's text, which must survive the end of a session. */
export function isPostForm(path: string): boolean {
  return /^\/(?:posts\/(?:new|\d+\/edit)|drafts\/\d+)$/.test(path);
}

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
    kept: 'The published post stays as it is. Your version is in its history.',
  });
  const { pageContext, signedIn, writing } = pages;
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
  const pageOf = (request: FastifyRequest, place: Place, state: Composed): Html =>
    composerPage(pageContext(request, place.h1), place, state);

  const answer = (request: FastifyRequest, reply: FastifyReply, ids: Ids, place: Place) => {
    const show = (state: Composed) => pageOf(request, place, { ...state, unsaved: true });
    return handleForm(request, reply, {
      show: (state, error) => {
        if (error instanceof TextConflict) {
          const page = pageContext(request, 'Two Versions');
          const form = { action: href(app, place.action), mine: readText(request) };
          return conflictPage(page, error, { ...form, values: state.values });
        }
        // A draft that is gone: its text is not, and begins another.
        if (error.status !== 404) return show(state);
        const values = { ...state.values, draft: '', draft_version: '', form_key: randomUUID() };
        return pageOf(request, newPlace(), { ...state, values, unsaved: true });
      },
      run: async () => {
        if (pressed(request) === 'preview') return { page: show(await previewed(request)) };
        return runButton(ctx, request, { ids, show });
      },
    });
  };

  app.get('/posts/new', signedIn, async (request, reply) => {
    authorizeWriting(viewerOf(request));
    const zone = scheduleValues(await getSetting(ctx, 'time-zone'));
    const values = { form_key: randomUUID(), format: 'markdown', ...zone };
    return sendPage(request, reply, pageOf(request, newPlace(), { values, errors: {} }));
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
          version: String(version),
          draft: '',
          draft_version: '',
        };
    const values = { ...text, ...schedule };
    const place = editPlace(post, draft);
    return sendPage(request, reply, pageOf(request, place, { values, errors: {} }));
  });
  app.post('/posts/:post_id/edit', { ...writing, ...ofPost }, async (request, reply) => {
    const post = await findPost(request);
    return answer(request, reply, { postId: post.id }, editPlace(post));
  });

  app.get('/drafts/:draft_id', { ...signedIn, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    const viewer = viewerOf(request);
    const postId = await findPostOfDraft(ctx, viewer, id);
    if (postId !== undefined) return reply.redirect(href(app, `/posts/${postId}`), 303);
    const draft = await getDraft(ctx, viewer, id);
    const schedule = scheduleValues(await getSetting(ctx, 'time-zone'), draft);
    const state = { values: { ...valuesOf(draft), ...schedule }, errors: {} };
    return sendPage(request, reply, pageOf(request, draftPlace(draft), state));
  });
  app.post('/drafts/:draft_id', { ...writing, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    const draft = await findOwn(ctx, viewerOf(request), id);
    return answer(request, reply, { draftId: id }, draft ? draftPlace(draft) : newPlace());
  });
}

/** The draft, if it is the viewer's. */
async function findOwn(ctx: Context, viewer: UserRow, id: number): Promise<DraftRow | undefined> {
  return getDraft(ctx, viewer, id).catch(() => undefined);
}
