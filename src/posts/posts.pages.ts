import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { fieldErrors, handleForm, readForm } from '../http/pages/form.ts';
import { sendPage } from '../http/pages/send-page.ts';
import type { Pages } from '../http/pages/route-options.ts';
import type { App } from '../http/app-type.ts';
import { beginning } from '../text/cut.ts';
import { isBlank } from '../unicode/visible.ts';
import { UserPath } from '../users/user.ts';
import { pageQuery, PostCreate, PostPath, shownTitle } from './post.ts';
import { deletePostPage, editPostPage, newPostPage } from './post-forms.views.ts';
import { homePage, personPage, postPage, type PostList } from './posts.views.ts';
import * as service from './posts.service.ts';
import { createPost, deletePost, updatePost } from './writing.service.ts';

/** How much of a post's title is shown in the window's title; code points. */
const TITLE_SHOWN = 50;

/** Whether a path is that of a form with a post's text, which must survive the end of a session. */
export function isPostForm(path: string): boolean {
  return /^\/posts\/(?:new|\d+\/edit)$/.test(path);
}

/** Pages for reading posts, and forms for writing them. */
export function registerPostsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    updated: 'Post updated successfully!',
    deleted: 'Post deleted successfully!',
  });
  const { pageContext, cached, signedIn, form, writing } = pages;
  // `done` is read by the layout; validation removes what the schema does not name.
  const PageQuery = Type.Object({
    ...pageQuery(ctx.config.POSTS_PER_PAGE).properties,
    done: Type.Optional(Type.String()),
  });
  const listed = { ...cached, schema: { hide: true, querystring: PageQuery } } as const;

  for (const path of ['/', '/posts']) {
    app.get(path, listed, async (request, reply) => {
      const list = await service.getPosts(ctx, request.viewer, request.query);
      const home = homePage(pageContext(request, 'Home'), await shownList(list));
      return sendPage(request, reply, home);
    });
  }

  app.get(
    '/users/:user_id/posts',
    { ...listed, schema: { ...listed.schema, params: UserPath } },
    async (request, reply) => {
      const { author, list } = await service.getPostsOf(
        ctx,
        request.viewer,
        request.params.user_id,
        request.query,
      );
      const page = pageContext(request, `${author.username}'s Posts`);
      const person = { ...author, postCount: list.total };
      return sendPage(request, reply, personPage(page, person, await shownList(list)));
    },
  );

  app.get(
    '/posts/:post_id',
    { ...cached, schema: { hide: true, params: PostPath } },
    async (request, reply) => {
      const post = await service.getPost(ctx, request.viewer, request.params.post_id);
      const title = beginning(shownTitle(post), TITLE_SHOWN);
      const page = pageContext(request, title);
      const created =
        (request.query as { done?: string }).done === 'created' &&
        request.viewer?.id === post.user_id;
      const status = created ? { status: createdMessage(shownTitle(post)) } : {};
      return sendPage(request, reply, postPage({ ...page, ...status }, await service.shown(post)));
    },
  );

  app.get('/posts/new', signedIn, async (request, reply) => {
    const state = { values: { form_key: randomUUID(), format: 'markdown' }, errors: {} };
    return sendPage(request, reply, newPostPage(pageContext(request, 'New Post'), state));
  });

  app.post('/posts/new', writing, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => newPostPage(pageContext(request, 'New Post'), state),
      run: async () => {
        const key = (request.body as { form_key?: string } | undefined)?.form_key;
        // Our keys are UUIDs; anything else would only waste space in the index.
        const formKey = key !== undefined && /^[\da-f-]{36}$/.test(key) ? key : null;
        const post = await createPost(ctx, viewerOf(request), readPost(request), formKey);
        const message = createdMessage(shownTitle(post));
        return { location: `/posts/${post.id}`, done: 'created', message };
      },
    }),
  );

  const ownPost = { ...signedIn, schema: { hide: true, params: PostPath } } as const;
  const ownForm = { ...form, schema: { hide: true, params: PostPath } } as const;
  const ownWriting = { ...writing, schema: { hide: true, params: PostPath } } as const;
  const find = (request: FastifyRequest, action: 'update' | 'delete') => {
    const { post_id: id } = request.params as { post_id: number };
    return service.getPostFor(ctx, viewerOf(request), id, action);
  };

  app.get('/posts/:post_id/edit', ownPost, async (request, reply) => {
    const post = await find(request, 'update');
    const { title, content, format, version } = post;
    const state = { values: { title, content, format, version: String(version) }, errors: {} };
    return sendPage(request, reply, editPostPage(pageContext(request, 'Edit Post'), post, state));
  });

  app.post('/posts/:post_id/edit', ownWriting, async (request, reply: FastifyReply) => {
    const post = await find(request, 'update');
    return handleForm(request, reply, {
      show: async (state) =>
        editPostPage(pageContext(request, 'Edit Post'), await find(request, 'update'), state),
      run: async () => {
        await updatePost(ctx, viewerOf(request), post.id, readPost(request), readVersion(request));
        return { location: `/posts/${post.id}`, done: 'updated' };
      },
    });
  });

  app.get('/posts/:post_id/delete', ownPost, async (request, reply) => {
    const post = await find(request, 'delete');
    return sendPage(request, reply, deletePostPage(pageContext(request, 'Delete Post'), post));
  });

  app.post('/posts/:post_id/delete', ownForm, async (request, reply: FastifyReply) => {
    const post = await find(request, 'delete');
    return handleForm(request, reply, {
      show: () => deletePostPage(pageContext(request, 'Delete Post'), post),
      run: async () => {
        await deletePost(ctx, viewerOf(request), post.id);
        return { location: '/', done: 'deleted' };
      },
    });
  });
}

const createdMessage = (title: string) => `Post "${title}" created successfully!`;

/**
 * Browsers send line ends as CR LF; they are stored as an API client would send them. Throws
 * ValidationError, also for text that shows nothing, which the API accepts.
 */
function readPost(request: FastifyRequest): PostCreate {
  const given = readForm(request, PostCreate);
  const blank = {
    ...(isBlank(given.title) && { title: 'A title needs a visible character.' }),
    ...(isBlank(given.content) && { content: 'A post needs a visible character.' }),
  };
  if (Object.keys(blank).length > 0) throw fieldErrors(blank);
  return { ...given, content: given.content.replaceAll('\r\n', '\n') };
}

/**
 * The version of the post that the form was filled with; undefined for a form without one, which
 * overwrites any.
 */
function readVersion(request: FastifyRequest): number | undefined {
  const { version = '' } = (request.body ?? {}) as { version?: string };
  return /^\d{1,15}$/.test(version) ? Number(version) : undefined;
}

async function shownList(list: service.PostsPage): Promise<PostList> {
  return { ...list, posts: await Promise.all(list.posts.map(service.shown)) };
}
