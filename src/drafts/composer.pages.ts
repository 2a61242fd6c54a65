import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { authorizeWriting } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { fieldErrors, handleForm, readForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { createdMessage, PostCreate, PostPath, shownTitle } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { createPost, publishText } from '../posts/writing.service.ts';
import { isBlank } from '../unicode/visible.ts';
import type { Html } from '../views/html.ts';
import { editPostPage, newPostPage, type Composed } from './composer.views.ts';
import { readPreview, registerPreview, withLineFeeds } from './preview.pages.ts';
import { createPreviews } from './preview.service.ts';

/** Whether a path is that of a form with a post's text, which must survive the end of a session. */
export function isPostForm(path: string): boolean {
  return /^\/posts\/(?:new|\d+\/edit)$/.test(path);
}

/** The composer: forms for writing a post and for changing one. */
export function registerComposerPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { updated: 'Post updated successfully!' });
  const { pageContext, signedIn, writing } = pages;
  const ownPost = { ...signedIn, schema: { hide: true, params: PostPath } } as const;
  const ownWriting = { ...writing, schema: { hide: true, params: PostPath } } as const;
  const preview = createPreviews();
  registerPreview(app, pages, preview);

  /** The form as it was posted, with its text rendered. */
  const previewed = async (request: FastifyRequest): Promise<Composed> => ({
    values: { ...(request.body as Record<string, string>) },
    errors: {},
    preview: await preview(viewerOf(request), readPreview(request)),
  });

  app.get('/posts/new', signedIn, async (request, reply) => {
    authorizeWriting(viewerOf(request));
    const state = { values: { form_key: randomUUID(), format: 'markdown' }, errors: {} };
    return sendPage(request, reply, newPostPage(pageContext(request, 'New Post'), state));
  });

  app.post('/posts/new', writing, (request, reply) => {
    const show = (state: Composed) => newPostPage(pageContext(request, 'New Post'), state);
    return handleForm(request, reply, {
      show,
      run: async () => {
        if (pressed(request) === 'preview') return { page: show(await previewed(request)) };
        const key = (request.body as { form_key?: string } | undefined)?.form_key;
        // Our keys are UUIDs; anything else would only waste space in the index.
        const formKey = key !== undefined && /^[\da-f-]{36}$/.test(key) ? key : null;
        const post = await createPost(ctx, viewerOf(request), readPost(request), formKey);
        const message = createdMessage(shownTitle(post));
        return { location: `/posts/${post.id}`, done: 'created', message };
      },
    });
  });

  const find = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return getOwnPostFor(ctx, viewerOf(request), id, 'update');
  };

  app.get('/posts/:post_id/edit', ownPost, async (request, reply) => {
    const post = await find(request);
    const { title, content, format, version } = post;
    const state = { values: { title, content, format, version: String(version) }, errors: {} };
    return sendPage(request, reply, editPostPage(pageContext(request, 'Edit Post'), post, state));
  });

  app.post('/posts/:post_id/edit', ownWriting, async (request, reply) => {
    const post = await find(request);
    const show = async (state: Composed): Promise<Html> =>
      editPostPage(pageContext(request, 'Edit Post'), await find(request), state);
    return handleForm(request, reply, {
      show,
      run: async () => {
        if (pressed(request) === 'preview') return { page: await show(await previewed(request)) };
        await publishText(ctx, viewerOf(request), post.id, readPost(request), readVersion(request));
        return { location: `/posts/${post.id}`, done: 'updated' };
      },
    });
  });
}

/** The button that posted the form; a form without one publishes. */
function pressed(request: FastifyRequest): 'preview' | 'publish' {
  const { do: name } = (request.body ?? {}) as { do?: string };
  return name === 'preview' ? 'preview' : 'publish';
}

/** Throws ValidationError, also for text that shows nothing, which the API accepts. */
function readPost(request: FastifyRequest): PostCreate {
  const given = readForm(request, PostCreate);
  const blank = {
    ...(isBlank(given.title) && { title: 'A title needs a visible character.' }),
    ...(isBlank(given.content) && { content: 'A post needs a visible character.' }),
  };
  if (Object.keys(blank).length > 0) throw fieldErrors(blank);
  // The title's field wraps, so it can hold line breaks that were pasted.
  const title = given.title.replaceAll(/\s*[\r\n]+\s*/g, ' ');
  return { ...given, title, content: withLineFeeds(given.content) };
}

/**
 * The version of the post that the form was filled with; undefined for a form without one, which
 * overwrites any.
 */
function readVersion(request: FastifyRequest): number | undefined {
  const { version = '' } = (request.body ?? {}) as { version?: string };
  return /^\d{1,15}$/.test(version) ? Number(version) : undefined;
}
