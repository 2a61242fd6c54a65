import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { DraftPath } from './draft.ts';
import { deleteDraft } from './drafts.service.ts';
import { getListedDraft, listDrafts } from './reading.service.ts';
import { deleteDraftPage, draftsPage } from './drafts.views.ts';

/** The list of one's drafts, and the question before one is deleted. */
export function registerDraftsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { 'draft-deleted': 'Draft deleted.' });
  const { pageContext, signedIn, form } = pages;
  const ofDraft = { schema: { hide: true, params: DraftPath } } as const;

  app.get('/drafts', signedIn, async (request, reply) => {
    const drafts = await listDrafts(ctx, viewerOf(request));
    return sendPage(request, reply, draftsPage(pageContext(request, 'Drafts'), drafts));
  });

  app.get('/drafts/:draft_id/delete', { ...signedIn, ...ofDraft }, async (request, reply) => {
    const draft = await getListedDraft(ctx, viewerOf(request), request.params.draft_id);
    return sendPage(request, reply, deleteDraftPage(pageContext(request, 'Delete Draft'), draft));
  });

  app.post('/drafts/:draft_id/delete', { ...form, ...ofDraft }, async (request, reply) => {
    const { draft_id: id } = request.params;
    const draft = await getListedDraft(ctx, viewerOf(request), id);
    return handleForm(request, reply, {
      show: () => deleteDraftPage(pageContext(request, 'Delete Draft'), draft),
      run: async () => {
        await deleteDraft(ctx, viewerOf(request), id);
        return { location: '/drafts', done: 'draft-deleted' };
      },
    });
  });
}
