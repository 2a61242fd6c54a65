import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { authorizeWriting } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { DraftRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { PostPath } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { getSetting } from '../settings/settings.ts';
import { writeTags } from '../tags/tag-line.ts';
import { href } from '../views/href.ts';
import { DraftPath } from './draft.ts';
import { createComposerFormHandler } from './form/handle-composer-form.ts';
import { createShowComposer } from './form/composer-page.ts';
import { draftPlace, editPlace, newPlace, scheduleValues, valuesOf } from './form/place.ts';
import { withPictures } from './pictures/picture-fields.ts';
import { registerPreview } from './preview.pages.ts';
import { createPreviews } from './preview.service.ts';
import { getDraft, getDraftOfPost } from './reading.service.ts';
import { findPostOfDraft } from './share/published-drafts.service.ts';

/** Whether a path is that of a form with a post's text, which must survive the end of a session. */
export function isPostForm(path: string): boolean {
  return /^\/(?:posts\/(?:new|\d+\/edit)|drafts\/\d+)$/.test(path);
}

const DONE = {
  updated: 'Post updated successfully!',
  saved: 'Draft saved.',
  scheduled: 'Draft saved. It will be published at the time below.',
  'scheduled-skipped':
    'Draft saved. The clocks skip the time you chose on that day, so it will be published that much later: at the time below.',
  'scheduled-twice':
    'Draft saved. The clocks show the time you chose twice on that day, and it will be published the first time: at the time below.',
  pictures: 'Pictures added at the end of the text. Describe them below.',
  kept: 'The published post stays as it is. Your version is in its history.',
};

/** The composer: forms for writing a post and for changing one, and for their drafts. */
export function registerComposerPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, DONE);
  const { pageContext, signedIn } = pages;
  const writing = withPictures(ctx, pages);
  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  const ofDraft = { schema: { hide: true, params: DraftPath } } as const;
  const preview = createPreviews(ctx);
  registerPreview(app, pages, preview);
  const showComposer = createShowComposer(ctx, pageContext);
  const answer = createComposerFormHandler(ctx, { pageContext, showComposer, preview });
  /** The fields for the time at which a draft is published. */
  const schedule = async (draft?: DraftRow) =>
    scheduleValues(await getSetting(ctx, 'time-zone'), draft);

  app.get('/posts/new', signedIn, async (request, reply) => {
    authorizeWriting(viewerOf(request));
    const values = { form_key: randomUUID(), format: 'markdown', ...(await schedule()) };
    return sendPage(
      request,
      reply,
      await showComposer(request, newPlace(), { values, errors: {} }),
    );
  });
  app.post('/posts/new', writing, (request, reply) => answer(request, reply, {}, newPlace()));

  const findPost = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return getOwnPostFor(ctx, viewerOf(request), id, 'update');
  };
  app.get('/posts/:post_id/edit', { ...signedIn, ...ofPost }, async (request, reply) => {
    const post = await findPost(request);
    const draft = await getDraftOfPost(ctx, viewerOf(request), post.id);
    const { title, content, format, audience, tags } = post;
    const origin = { version: String(post.version), draft: '', draft_version: '' };
    const published = { title, content, format, audience, tags: writeTags(tags), ...origin };
    const values = { ...(draft ? valuesOf(draft) : published), ...(await schedule(draft)) };
    const place = editPlace(post, draft);
    return sendPage(request, reply, await showComposer(request, place, { values, errors: {} }));
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
    const state = { values: { ...valuesOf(draft), ...(await schedule(draft)) }, errors: {} };
    return sendPage(request, reply, await showComposer(request, draftPlace(draft), state));
  });
  app.post('/drafts/:draft_id', { ...writing, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    // Without one of their own, the text is refused and begins another.
    const draft = await getDraft(ctx, viewerOf(request), id).catch(() => undefined);
    return answer(request, reply, { draftId: id }, draft ? draftPlace(draft) : newPlace());
  });
}
