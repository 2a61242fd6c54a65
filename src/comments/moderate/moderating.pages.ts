import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { PostPath } from '../../posts/post.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { CommentPath, commentPath } from '../comment.ts';
import { getCommentFor } from '../comments.service.ts';
import { closeComments, hideComment, removeComment, restoreComment } from './moderating.service.ts';
import { questionPage } from '../pages.views.ts';

/** What editors, and the author of a post, do with comments. */
export function registerCommentModeration(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    'comment-hidden': 'Comment hidden.',
    'comment-restored': 'Readers see the comment now.',
    'comment-removed': 'Comment removed.',
    'comments-closed': 'Comments on this post are closed.',
    'comments-open': 'Comments on this post are open.',
  });
  const { pageContext, signedIn, form } = pages;
  const ofComment = { schema: { hide: true, params: CommentPath } } as const;
  const idOf = (request: FastifyRequest) => (request.params as { comment_id: number }).comment_id;
  const reasonOf = (request: FastifyRequest) =>
    (request.body as { reason?: string } | undefined)?.reason ?? '';

  const asked = [
    { kind: 'hide', action: 'hide', title: 'Hide Comment' },
    { kind: 'remove', action: 'moderate', title: 'Remove Comment' },
  ] as const;
  for (const { kind, action, title } of asked) {
    const path = `/comments/:comment_id/${kind}` as const;
    const show = async (request: FastifyRequest, state: Form = EMPTY) => {
      const { comment } = await getCommentFor(ctx, viewerOf(request), idOf(request), action);
      return questionPage(pageContext(request, title), kind, comment, state);
    };
    app.get(path, { ...signedIn, ...ofComment }, async (request, reply) =>
      sendPage(request, reply, await show(request)),
    );
    app.post(path, { ...form, ...ofComment }, (request, reply) =>
      handleForm(request, reply, {
        show: (state) => show(request, state),
        run: async () => {
          const [viewer, id] = [viewerOf(request), idOf(request)];
          if (kind === 'remove') {
            const { comment } = await removeComment(ctx, viewer, id, reasonOf(request));
            return { location: `/posts/${comment.post_id}#comments`, done: 'comment-removed' };
          }
          const { comment } = await hideComment(ctx, viewer, id, reasonOf(request));
          return { location: commentPath(comment), done: 'comment-hidden' };
        },
      }),
    );
  }

  app.post('/comments/:comment_id/restore', { ...form, ...ofComment }, (request, reply) =>
    handleForm(request, reply, {
      show: (_, error) => {
        throw error;
      },
      run: async () => {
        const { comment } = await restoreComment(ctx, viewerOf(request), idOf(request));
        return { location: commentPath(comment), done: 'comment-restored' };
      },
    }),
  );

  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  app.post('/posts/:post_id/comments/close', { ...form, ...ofPost }, (request, reply) =>
    handleForm(request, reply, {
      show: (_, error) => {
        throw error;
      },
      run: async () => {
        const { post_id: id } = request.params;
        const closed = (request.body as { closed?: string } | undefined)?.closed !== 'no';
        await closeComments(ctx, viewerOf(request), id, closed);
        const done = closed ? 'comments-closed' : 'comments-open';
        return { location: `/posts/${id}#comments`, done };
      },
    }),
  );
}
