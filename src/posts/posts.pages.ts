import type { FastifyReply, FastifyRequest } from 'fastify';
import { can } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import { sendPage } from '../http/pages/send-page.ts';
import type { Pages } from '../http/pages/route-options.ts';
import type { App } from '../http/app-type.ts';
import { beginning } from '../text/cut.ts';
import { UserPath } from '../users/user.ts';
import { getUser } from '../users/users.service.ts';
import { href } from '../views/href.ts';
import type { Page } from '../views/layout.ts';
import { deletePostPage } from './delete-post.views.ts';
import {
  createdMessage,
  listQuery,
  PostPath,
  postPath,
  shownTitle,
  postSubject,
  type PostWithAuthor,
  type ShownPost,
} from './post.ts';
import { personPage, type Author, type PersonSlots } from './lists.views.ts';
import { postPage, type PostSlots } from './post-page.views.ts';
import * as service from './posts.service.ts';
import { hasHistory } from './history/revisions.service.ts';
import { deleteOwnPost } from './writing/writing.service.ts';

/** How much of a post's title is shown in the window's title; code points. */
const TITLE_SHOWN = 50;

/** What later features show on these pages. What they show may depend on the request's viewer. */
interface PostsSlots {
  post?: readonly ((request: FastifyRequest, page: Page, post: ShownPost) => Promise<PostSlots>)[];
  person?: readonly ((
    request: FastifyRequest,
    page: Page,
    author: Author,
  ) => Promise<PersonSlots>)[];
}

/** Pages for reading posts, and the form that deletes one. */
export function registerPostsPages(
  app: App,
  ctx: Context,
  pages: Pages,
  slotsOf: PostsSlots = {},
): void {
  addDoneMessages(app, { deleted: 'Post deleted successfully!' });
  const { pageContext, cached, signedIn, form } = pages;
  const listed = {
    ...cached,
    schema: { hide: true, querystring: listQuery(ctx.config.POSTS_PER_PAGE) },
  } as const;

  app.get(
    '/users/:user_id/posts',
    { ...listed, schema: { ...listed.schema, params: UserPath } },
    async (request, reply) => {
      const author = await getUser(ctx, request.params.user_id);
      const of = { userId: author.id };
      const list = await service.getEntries(ctx, request.viewer, request.query, of);
      const page = pageContext(request, `${author.username}'s Posts`);
      const person = { ...author, postCount: list.total };
      const slots = await Promise.all(
        (slotsOf.person ?? []).map((slot) => slot(request, page, person)),
      );
      return sendPage(request, reply, personPage(page, person, list, slots));
    },
  );

  app.get(
    '/posts/:post_id',
    {
      ...cached,
      config: { cached: 'session', slug: true },
      schema: { hide: true, params: PostPath },
    },
    async (request, reply) => {
      const post = await service.getPostOrOwn(ctx, request.viewer, request.params.post_id);
      if (post.state === 'unpublished') {
        return reply.redirect(href(app, `/posts/${post.id}/edit`), 303);
      }
      const [path = '', query] = request.url.split(/\?(.*)/s, 2);
      if (!isAddressOf(post, path)) {
        const current = href(app, postPath(post));
        // Browsers must not cache the redirect: after two changes of the title, two cached
        // redirects could lead to each other.
        reply.header('cache-control', 'private, no-store');
        return reply.redirect(query === undefined ? current : `${current}?${query}`, 301);
      }
      const title = beginning(shownTitle(post), TITLE_SHOWN);
      const page = pageContext(request, title);
      const created =
        (request.query as { done?: string }).done === 'created' &&
        request.viewer?.id === post.user_id;
      const status = created ? { status: createdMessage(shownTitle(post)) } : {};
      // A post that was never changed has no history, so the query is skipped.
      const mine = post.version > 1 && can(request.viewer, 'see-history', postSubject(post));
      const history = mine && (await hasHistory(ctx.db, post.id));
      const shown = await service.shown(ctx, post);
      const beside = await service.getNeighbours(ctx, request.viewer, post);
      const slots = await Promise.all(
        (slotsOf.post ?? []).map((slot) => slot(request, page, shown)),
      );
      const extras = { history, beside, slots };
      return sendPage(request, reply, postPage({ ...page, ...status }, shown, extras));
    },
  );

  const ownPost = { ...signedIn, schema: { hide: true, params: PostPath } } as const;
  const ownForm = { ...form, schema: { hide: true, params: PostPath } } as const;
  const find = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return service.getOwnPostFor(ctx, viewerOf(request), id, 'delete');
  };

  app.get('/posts/:post_id/delete', ownPost, async (request, reply) => {
    const post = await find(request);
    return sendPage(request, reply, deletePostPage(pageContext(request, 'Delete Post'), post));
  });

  app.post('/posts/:post_id/delete', ownForm, async (request, reply: FastifyReply) => {
    const post = await find(request);
    return handleForm(request, reply, {
      show: () => deletePostPage(pageContext(request, 'Delete Post'), post),
      run: async () => {
        await deleteOwnPost(ctx, viewerOf(request), post.id);
        return { location: '/', done: 'deleted' };
      },
    });
  });
}

/** Whether a path names the post by its number alone, or with its current slug. */
function isAddressOf(post: PostWithAuthor, path: string): boolean {
  const given = decodeURIComponent(path);
  return !given.includes('-') || given === decodeURIComponent(postPath(post));
}
