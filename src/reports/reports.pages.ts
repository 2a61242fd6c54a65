import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../auth/viewer.ts';
import { CommentPath, commentPath } from '../comments/comment.ts';
import { getComment } from '../comments/comments.service.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm, readForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { PostPath, shownTitle } from '../posts/post.ts';
import { getPost } from '../posts/posts.service.ts';
import { EMPTY, type Form } from '../views/form.ts';
import { ReportCreate, type Reported } from './report.ts';
import { authorizeReporting, report } from './reports.service.ts';
import { reportPage } from './reports.views.ts';

/** `/posts/{post_id}/report` and `/comments/{comment_id}/report`: the form and what it posts. */
export function registerReportsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { reported: 'Thank you. An editor will look at it.' });
  const { pageContext, signedIn, form } = pages;

  const describePost = async (request: FastifyRequest) => {
    const { post_id: postId } = request.params as { post_id: number };
    const post = await getPost(ctx, viewerOf(request), postId);
    const about: Reported = { postId };
    const what = `the post “${shownTitle(post)}” by`;
    return {
      about,
      what,
      author: post.username,
      path: `/posts/${postId}`,
      back: `/posts/${postId}`,
    };
  };
  const describeComment = async (request: FastifyRequest) => {
    const { comment_id: commentId } = request.params as { comment_id: number };
    const { comment } = await getComment(ctx, viewerOf(request), commentId);
    const about: Reported = { commentId };
    const [path, back] = [`/comments/${commentId}`, commentPath(comment)];
    return { about, what: 'the comment by', author: comment.username, path, back };
  };

  for (const { path, params, describe } of [
    { path: '/posts/:post_id/report', params: PostPath, describe: describePost },
    { path: '/comments/:comment_id/report', params: CommentPath, describe: describeComment },
  ]) {
    const schema = { schema: { hide: true, params } } as const;
    type Described = Awaited<ReturnType<typeof describe>>;
    const show = (request: FastifyRequest, { path: own, ...asked }: Described, state: Form) =>
      reportPage(pageContext(request, 'Report'), { ...asked, action: `${own}/report` }, state);

    app.get(path, { ...signedIn, ...schema }, async (request, reply) => {
      const described = await describe(request);
      authorizeReporting(viewerOf(request));
      return sendPage(request, reply, show(request, described, EMPTY));
    });

    app.post(path, { ...form, ...schema }, async (request, reply) => {
      const described = await describe(request);
      return handleForm(request, reply, {
        show: (state) => show(request, described, state),
        run: async () => {
          await report(ctx, viewerOf(request), described.about, readForm(request, ReportCreate));
          return { location: described.back, done: 'reported' };
        },
      });
    });
  }
}
