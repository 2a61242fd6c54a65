import type { Search } from './search/search.service.ts';
import type { PageContext } from './http/pages/page-context.ts';
import type { Context } from './context.ts';
import { registerAdminPages } from './admin/admin.pages.ts';
import { firstHourOf, registerFirstStepsPages } from './admin/first-steps.pages.ts';
import { registerInvitationsPages } from './admin/invitations.pages.ts';
import { registerPeoplePages } from './admin/people.pages.ts';
import { registerCommentsAdmin } from './admin/comments/held.pages.ts';
import { registerReportsAdmin } from './admin/reports.pages.ts';
import { registerReportsPages } from './reports/reports.pages.ts';
import { settleReports } from './reports/reports.service.ts';
import type { CommentActions } from './comments/comment.views.ts';
import { reportCommentLink, reportLink } from './reports/reports.views.ts';
import { registerSettingsPages } from './admin/settings.pages.ts';
import { registerAccountPages } from './account/account.pages.ts';
import { registerDownloadPages } from './account/download/download.pages.ts';
import { registerEmailPages } from './account/email.pages.ts';
import { registerJoinPages } from './account/joining/join.pages.ts';
import { registerWaitingPages } from './account/joining/waiting.pages.ts';
import { registerOwnerPages } from './account/joining/owner.pages.ts';
import { registerResetPages } from './account/sign-in/reset.pages.ts';
import { registerSessionsPages } from './account/sessions.pages.ts';
import { preserveUnsavedPost, registerSignInPages } from './account/sign-in/sign-in.pages.ts';
import { isMember } from './auth/policy.ts';
import { requireSameOrigin } from './auth/same-origin.ts';
import { findViewerOfPage, requireSignedIn } from './auth/viewer.ts';
import { createPages } from './http/pages/route-options.ts';
import { isPostForm, registerComposerPages } from './drafts/composer.pages.ts';
import { registerAboutPages } from './help/about.pages.ts';
import { commentsOf, isCommentForm, registerCommentsPages } from './comments/comments.pages.ts';
import { registerCommentModeration } from './comments/moderate/moderating.pages.ts';
import { hideComment } from './comments/moderate/moderating.service.ts';
import { registerOwnCommentPages } from './comments/own.pages.ts';
import { registerHelpPages } from './help/help.pages.ts';
import { registerArchivePages } from './posts/archive/archive.pages.ts';
import { registerHomePage } from './posts/front/home.pages.ts';
import { pinSlot, registerPinsPages } from './posts/front/pins.pages.ts';
import { registerPostsPages } from './posts/posts.pages.ts';
import { bioOf, registerProfilesPages } from './profiles/profiles.pages.ts';
import type { App } from './http/app-type.ts';
import { hasDrafts } from './drafts/reading.service.ts';
import { registerSharePages } from './drafts/share/share.pages.ts';
import { registerDraftsPages } from './drafts/drafts.pages.ts';
import { registerUnpublishPages } from './posts/unpublish/unpublish.pages.ts';
import { keepAsDraft } from './drafts/unpublished-posts.service.ts';
import { registerFollowPages } from './feeds/follow.pages.ts';
import { registerTagsPages } from './posts/tags/tags.pages.ts';
import { registerSitemap } from './feeds/sitemap.pages.ts';
import { registerPrivateFeeds } from './feeds/private/private-feeds.pages.ts';
import { registerFeeds } from './feeds/feeds.pages.ts';
import { findMarks } from './notices/reading.service.ts';
import { registerNoticesPages } from './notices/notices.pages.ts';
import { registerHistoryPages } from './posts/history/history.pages.ts';
import { registerCorrectPages } from './posts/moderate/correct.pages.ts';
import { registerModeratingPages } from './posts/moderate/moderating.pages.ts';
import { hiddenReason } from './posts/moderate/moderating.service.ts';
import { moderatingSlot } from './posts/moderate/moderating.views.ts';
import { postHistory } from './posts/history/post-history.service.ts';
import { draftHistory } from './drafts/history/draft-history.service.ts';
import { registerPostPicturesPages } from './pictures/posts/post-pictures.pages.ts';
import { registerSearchPages } from './search/search.pages.ts';

interface Parts {
  pageContext: PageContext;
  search: Search;
  isMembersOnly: () => boolean;
  hasComments: () => boolean;
}

/** Every page, and the sitemap. What a later feature shows on an earlier one is handed in here. */
export function registerPages(
  app: App,
  ctx: Context,
  { pageContext, search, isMembersOnly, hasComments }: Parts,
): void {
  const pages = createPages(pageContext, {
    sameOrigin: requireSameOrigin(ctx.config.FRONTEND_URL),
    findViewer: findViewerOfPage(ctx),
    requireViewer: requireSignedIn(ctx),
    findMarks: async (request) => {
      const { viewer } = request;
      if (!viewer) return;
      request.hasDrafts = await hasDrafts(ctx, viewer.id);
      const { unread, state } = await findMarks(ctx, viewer);
      request.unreadNotices = unread;
      request.ownState = state;
    },
    preserveUnsavedPost: preserveUnsavedPost(ctx, pageContext),
  });
  registerHomePage(app, ctx, pages, firstHourOf(ctx));
  registerFirstStepsPages(app, ctx, pages);
  const reportOf: CommentActions = (site, { comment, may }) =>
    may.report ? reportCommentLink(site, comment) : null;
  registerPostsPages(app, ctx, pages, {
    person: [bioOf(ctx)],
    post: [
      (request, page, post) => pinSlot(ctx, request, page, post),
      async (_, page, post) => ({
        actions:
          isMember(page.viewer) && page.viewer?.id !== post.user_id
            ? reportLink(page, `/posts/${post.id}`)
            : null,
      }),
      async (_, page, post) => moderatingSlot(page, post, await hiddenReason(ctx, post)),
      commentsOf(ctx, hasComments, reportOf),
    ],
  });
  registerPinsPages(app, ctx, pages);
  registerCommentsPages(app, ctx, pages, reportOf);
  registerOwnCommentPages(app, ctx, pages);
  registerCommentModeration(app, ctx, pages);
  registerArchivePages(app, ctx, pages);
  registerProfilesPages(app, ctx, pages);
  registerHistoryPages(app, ctx, pages, postHistory);
  registerHistoryPages(app, ctx, pages, draftHistory);
  registerModeratingPages(app, ctx, pages, (trx, { id, actor }) =>
    settleReports(trx, ctx.clock, { postId: id }, { actorId: actor.id, outcome: 'hidden' }),
  );
  registerCorrectPages(app, ctx, pages);
  registerUnpublishPages(app, ctx, pages, (trx, post) => keepAsDraft(ctx, trx, post));
  registerTagsPages(app, ctx, pages);
  registerHelpPages(app, pages);
  registerAboutPages(app, ctx, pages);
  registerComposerPages(app, ctx, pages);
  registerDraftsPages(app, ctx, pages);
  registerPostPicturesPages(app, ctx, pages);
  registerSharePages(app, ctx, pages);
  registerNoticesPages(app, ctx, pages);
  registerFeeds(app, ctx, pages);
  registerSearchPages(app, ctx, pages, search);
  registerFollowPages(app, ctx, pages);
  registerPrivateFeeds(app, ctx, pages);
  registerSitemap(app, ctx, isMembersOnly);
  registerSignInPages(app, ctx, pages, (path) => isPostForm(path) || isCommentForm(path));
  registerOwnerPages(app, ctx, pages);
  registerJoinPages(app, ctx, pages);
  registerWaitingPages(app, pages);
  registerResetPages(app, ctx, pages);
  registerEmailPages(app, ctx, pages);
  registerAccountPages(app, ctx, pages);
  registerSessionsPages(app, ctx, pages);
  // Loaded by the first check, so that it does not slow the start.
  registerAdminPages(app, ctx, pages, async () =>
    (await import('./doctor/doctor.ts')).examineOpen(ctx.config, ctx.db),
  );
  registerPeoplePages(app, ctx, pages);
  registerReportsPages(app, ctx, pages);
  registerCommentsAdmin(app, ctx, pages);
  registerReportsAdmin(app, ctx, pages, hideComment);
  registerInvitationsPages(app, ctx, pages);
  registerSettingsPages(app, ctx, pages);
  registerDownloadPages(app, ctx, pages);
}
