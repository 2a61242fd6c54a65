import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { can } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { PostPath, postSubject, type PostWithAuthor, type ShownPost } from '../posts/post.ts';
import { getPost, shown as shownPost } from '../posts/posts.service.ts';
import type { Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import type { Form } from '../views/form.ts';
import { commentPath, EDITABLE_FOR, type CommentWithAuthor } from './comment.ts';
import { readId, readWritten } from './comment-form.ts';
import { commentItem, type CommentActions } from './comment.views.ts';
import { getAnchored, getComment } from './comments.service.ts';
import { closeButton, commentsSection, commentsTitle } from './comments.views.ts';
import { withMarks } from './marks.ts';
import { writePage } from './pages.views.ts';
import { paragraphsOf } from './paragraphs.ts';
import { getThreads, getWritten, unchangedUntil, type ThreadQuery } from './threads.service.ts';
import { assertOpen, createComment } from './writing.service.ts';

/** Whether a path is that of a form with a comment's text, which must survive the end of a session. */
export const isCommentForm = (path: string): boolean => /^\/posts\/\d+\/comments$/.test(path);

/** What is shown on the page of a post. */
interface Shown {
  text?: string;
  actions?: Html;
  after?: Html | null;
}

/** Shows the comments on the page of a post. `hasComments`: whether the blog has comments switched on. */
export function commentsOf(ctx: Context, hasComments: () => boolean, more?: CommentActions) {
  return async (request: FastifyRequest, page: Page, post: ShownPost): Promise<Shown> => {
    if (!hasComments()) return {};
    const threads = await getThreads(ctx, request.viewer, post, queryOf(request));
    if (!threads) return {};
    request.goodUntil = Math.min(request.goodUntil, unchangedUntil(threads, EDITABLE_FOR));
    const { count, writing, closed } = threads;
    const anchored = count > 0 ? await getAnchored(ctx, post.id) : [];
    const needed = anchored.length > 0 || writing === 'open';
    const paragraphs = needed ? paragraphsOf(post.shown.html) : [];
    const [path = ''] = page.path.split('?', 1);
    // A page for anonymous readers has no form, and is the same each time.
    const formKey = request.viewer ? randomUUID() : '';
    const own = can(request.viewer, 'update', postSubject(post));
    const place = { postId: post.id, path, formKey };
    return {
      ...(anchored.length > 0 && {
        text: withMarks(post.shown.html, post.id, paragraphs, anchored),
      }),
      ...(own && { actions: closeButton(page, post.id, closed) }),
      after: commentsSection({ ...page, paragraphs }, place, threads, more),
    };
  };
}

/** Ids in the address of a post's page; what is not one is ignored. */
function queryOf({ query }: FastifyRequest): ThreadQuery {
  const id = (name: string) => readId((query as Record<string, unknown>)[name]);
  return { after: id('after'), before: id('before'), until: id('until') };
}

/** `/posts/{post_id}/comments`: the form of the post's page is posted there, and has a page of its own. */
export function registerCommentsPages(
  app: App,
  ctx: Context,
  pages: Pages,
  actions?: CommentActions,
): void {
  addDoneMessages(app, {
    commented: 'Comment posted.',
    'comment-held': 'Your comment waits for an editor. Until then, readers do not see it.',
  });
  const { pageContext, signedIn, writing } = pages;
  const path = '/posts/:post_id/comments';
  const ofPost = { schema: { hide: true, params: PostPath } } as const;

  const show = async (request: FastifyRequest, state: Form) => {
    const { post_id: id } = request.params as { post_id: number };
    const post = await getPost(ctx, viewerOf(request), id);
    const { parent_id: parent } = state.values;
    const answered = parent ? await answeredOn(ctx, request, post, Number(parent)) : undefined;
    // The comment that was answered may be gone; then this becomes one on the post.
    const values = answered ? state.values : { ...state.values, parent_id: '' };
    const page = pageContext(request, answered ? 'Reply' : 'Comment');
    const { html } = (await shownPost(ctx, post)).shown;
    const paragraphs = answered ? [] : paragraphsOf(html);
    const about = values['about'] ?? '';
    // An address holds the paragraph's number, a form its anchor.
    const chosen = paragraphs.find(({ number }) => String(number) === about)?.anchor ?? about;
    const filled = { ...state, values: { ...values, about: chosen } };
    return writePage(page, post, filled, { answered, paragraphs });
  };

  app.get(path, { ...signedIn, ...ofPost }, async (request, reply) => {
    const { reply: parent, about } = request.query as { reply?: unknown; about?: unknown };
    const values = {
      form_key: randomUUID(),
      parent_id: String(readId(parent) ?? ''),
      about: String(readId(about) ?? ''),
    };
    const page = await show(request, { values, errors: {} });
    await assertOpen(ctx, viewerOf(request), request.params.post_id);
    return sendPage(request, reply, page);
  });

  app.post(path, { ...writing, ...ofPost }, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => {
        // A form on a page cannot show what is wrong with a field that it hides.
        const { parent_id: lost, ...errors } = state.errors;
        const summary =
          lost === undefined
            ? state.summary
            : 'The comment that you answered is gone. You can post this as a comment of its own.';
        return show(request, { ...state, errors, ...(summary !== undefined && { summary }) });
      },
      run: async () => {
        const { post_id: postId } = request.params;
        const comment = await createComment(ctx, viewerOf(request), postId, readWritten(request));
        const { shown, count, path: location } = await getWritten(ctx, request.viewer, comment.id);
        const site = { basePath: app.basePath, mediaBase: pageContext(request, '').mediaBase };
        const done = comment.state === 'held' ? 'comment-held' : 'commented';
        // The post now shows a mark, so a script must load the page again; the address says so.
        if (comment.anchor !== null) return { location: commentPath(comment), done };
        const more = {
          html: String(commentItem(site, shown, actions)),
          title: commentsTitle(count),
          form_key: randomUUID(),
        };
        return { location, done, more };
      },
    }),
  );
}

/** The comment to reply to, if it is on this post and the viewer may read it. */
async function answeredOn(
  ctx: Context,
  { viewer }: FastifyRequest,
  post: PostWithAuthor,
  id: number,
): Promise<CommentWithAuthor | undefined> {
  try {
    const { comment } = await getComment(ctx, viewer, id);
    return comment.post_id === post.id && comment.state === 'visible' ? comment : undefined;
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return undefined;
    throw error;
  }
}
