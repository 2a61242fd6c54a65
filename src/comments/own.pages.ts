import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { EMPTY, type Form } from '../views/form.ts';
import { CommentPath, commentPath } from './comment.ts';
import { readText } from './comment-form.ts';
import { getCommentFor } from './comments.service.ts';
import { editPage, questionPage } from './pages.views.ts';
import { deleteComment, updateComment } from './writing.service.ts';

/** `/comments/{comment_id}`, `edit` and `delete`: what one does with one's own comment. */
export function registerOwnCommentPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    'comment-saved': 'Comment saved.',
    'comment-deleted': 'Comment deleted.',
  });
  const { pageContext, signedIn, form } = pages;
  const ofComment = { schema: { hide: true, params: CommentPath } } as const;
  const find = (request: FastifyRequest, action: 'update' | 'delete') => {
    const { comment_id: id } = request.params as { comment_id: number };
    return getCommentFor(ctx, viewerOf(request), id, action);
  };

  const showEdit = async (request: FastifyRequest, state?: Form) => {
    const { comment } = await find(request, 'update');
    const stored = { values: { content: comment.content }, errors: {} };
    return editPage(pageContext(request, 'Edit Comment'), comment, state ?? stored);
  };
  app.get('/comments/:comment_id/edit', { ...signedIn, ...ofComment }, async (request, reply) =>
    sendPage(request, reply, await showEdit(request)),
  );
  app.post('/comments/:comment_id/edit', { ...form, ...ofComment }, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => showEdit(request, state),
      run: async () => {
        const { comment_id: id } = request.params;
        const changed = await updateComment(ctx, viewerOf(request), id, readText(request));
        return { location: commentPath(changed), done: 'comment-saved' };
      },
    }),
  );

  const showDelete = async (request: FastifyRequest, state: Form = EMPTY) => {
    const { comment } = await find(request, 'delete');
    return questionPage(pageContext(request, 'Delete Comment'), 'delete', comment, state);
  };
  app.get('/comments/:comment_id/delete', { ...signedIn, ...ofComment }, async (request, reply) =>
    sendPage(request, reply, await showDelete(request)),
  );
  app.post('/comments/:comment_id/delete', { ...form, ...ofComment }, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => showDelete(request, state),
      run: async () => {
        const { comment } = await find(request, 'delete');
        await deleteComment(ctx, viewerOf(request), comment.id);
        return { location: `/posts/${comment.post_id}#comments`, done: 'comment-deleted' };
      },
    }),
  );
}
