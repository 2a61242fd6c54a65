import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { beginning } from '../../text/cut.ts';
import { href } from '../../views/href.ts';
import { shownTitle } from '../../posts/post.ts';
import { DraftPath } from '../draft.ts';
import { getListedDraft } from '../reading.service.ts';
import { endSharing, openShared, shareDraft } from './share.service.ts';
import { sharedDraftPage, sharePage } from './share.views.ts';

/** How much of a draft's title is shown in the window's title; code points. */
const TITLE_SHOWN = 50;

/** Links with which people without an account read a draft. */
export function registerSharePages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { 'share-ended': 'The link has ended.' });
  const { pageContext, open, signedIn, form } = pages;
  const ofDraft = { schema: { hide: true, params: DraftPath } } as const;
  const find = (request: FastifyRequest) =>
    getListedDraft(ctx, viewerOf(request), (request.params as { draft_id: number }).draft_id);

  app.get('/drafts/shared/:token', open, async (request, reply) => {
    const shared = await openShared(ctx, (request.params as { token: string }).token);
    if ('postId' in shared) return reply.redirect(href(app, `/posts/${shared.postId}`), 303);
    const { draft } = shared;
    const page = pageContext(request, beginning(shownTitle(draft), TITLE_SHOWN));
    return sendPage(request, reply, sharedDraftPage(page, draft));
  });

  app.get('/drafts/:draft_id/share', { ...signedIn, ...ofDraft }, async (request, reply) => {
    const draft = await find(request);
    const page = pageContext(request, 'Share Draft');
    return sendPage(request, reply, sharePage(page, draft, { shared: draft.shared === 1 }));
  });

  app.post('/drafts/:draft_id/share', { ...form, ...ofDraft }, async (request, reply) => {
    const draft = await find(request);
    const show = (token?: string) => {
      const shared = token !== undefined || draft.shared === 1;
      return sharePage(pageContext(request, 'Share Draft'), draft, {
        shared,
        ...(token !== undefined && { token }),
      });
    };
    return handleForm(request, reply, {
      show: () => show(),
      // The link is shown only once, because its token is not stored.
      run: async () => ({ page: show(await shareDraft(ctx, viewerOf(request), draft.id)) }),
    });
  });

  app.post('/drafts/:draft_id/share/end', { ...form, ...ofDraft }, async (request, reply) => {
    const draft = await find(request);
    return handleForm(request, reply, {
      show: () => sharePage(pageContext(request, 'Share Draft'), draft, { shared: true }),
      run: async () => {
        await endSharing(ctx, viewerOf(request), draft.id);
        return { location: `/drafts/${draft.id}/share`, done: 'share-ended' };
      },
    });
  });
}
