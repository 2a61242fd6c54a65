import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger } from 'fastify';
import { listTimedJobs, MAIL_JOB } from './app-jobs.ts';
import type { Context } from './context.ts';
import { createTimedJobs } from './jobs/timed-jobs.ts';
import { registerObservation } from './observability/register.ts';
import { registerAdminPages } from './admin/admin.pages.ts';
import { registerInvitationsPages } from './admin/invitations.pages.ts';
import { registerPeoplePages } from './admin/people.pages.ts';
import { registerSettingsPages } from './admin/settings.pages.ts';
import { registerAccountPages } from './account/account.pages.ts';
import { registerDownloadPages } from './account/download.pages.ts';
import { registerEmailPages } from './account/email.pages.ts';
import { registerJoinPages } from './account/joining/join.pages.ts';
import { registerWaitingPages } from './account/joining/waiting.pages.ts';
import { registerOwnerPages } from './account/joining/owner.pages.ts';
import { registerResetPages } from './account/reset.pages.ts';
import { registerSessionsPages } from './account/sessions.pages.ts';
import { preserveUnsavedPost, registerSignInPages } from './account/sign-in.pages.ts';
import { can } from './auth/policy.ts';
import { requireSameOrigin } from './auth/same-origin.ts';
import { registerReadersWall } from './auth/readers-wall.ts';
import { findSignedIn } from './auth/session-cookie.ts';
import { findViewerOfPage, requireSignedIn } from './auth/viewer.ts';
import { registerAssets } from './http/files/static.ts';
import { registerDoneMessages } from './http/pages/done-messages.ts';
import { createPageContext } from './http/pages/page-context.ts';
import { createPages } from './http/pages/route-options.ts';
import { isPostForm, registerComposerPages } from './drafts/composer.pages.ts';
import { registerHelpPages } from './help/help.pages.ts';
import { registerPostsPages } from './posts/posts.pages.ts';
import { registerBodies } from './http/body/body.ts';
import { registerNotModified, registerSharedJson } from './http/cache/etag.ts';
import { trustedProxies, withClientAddress } from './http/connection/client-address.ts';
import {
  serializePipelined,
  limitAnswer,
  registerConnectionLimits,
} from './http/connection/limits.ts';
import { registerDocs } from './http/docs/swagger-ui.ts';
import { AbortedResponseLogger } from './observability/aborted-responses.ts';
import { registerBasePath, withoutBasePath } from './http/base-path.ts';
import { registerErrors } from './http/error-handler.ts';
import { createResponseCache } from './http/cache/response-cache.ts';
import { registerManifest } from './http/files/web-manifest.ts';
import { registerMedia } from './http/files/media.ts';
import { registerOpenApi } from './http/docs/openapi.ts';
import { registerRequestLog } from './observability/request-log.ts';
import { decodablePath, registerRouting } from './http/not-found.ts';
import { registerSecurity } from './http/security-headers.ts';
import {
  registerLastAnswers,
  serverOptions,
  TIMES,
  type Times,
} from './http/connection/timeouts.ts';
import { registerStrictHead } from './http/connection/head-validation.ts';
import { registerTokenPaths } from './http/token-paths.ts';
import type { App, TypeBoxTypes } from './http/app-type.ts';
import { registerUnreadBodies } from './http/connection/drain-body.ts';
import { validateRequest } from './http/validation/validate.ts';
import { Page, PostCreate, PostResponse, PostUpdate, RenderedPost } from './posts/post.ts';
import {
  DraftCreate,
  DraftPage,
  DraftReplace,
  DraftResponse,
  DraftUpdate,
} from './drafts/draft.ts';
import { hasDrafts } from './drafts/reading.service.ts';
import { registerSharePages } from './drafts/share/share.pages.ts';
import { registerDraftsPages } from './drafts/drafts.pages.ts';
import { registerDraftsApi } from './drafts/drafts.api.ts';
import { registerUnpublishPages } from './posts/unpublish/unpublish.pages.ts';
import { keepAsDraft } from './drafts/unpublished-posts.service.ts';
import { feedLinks } from './feeds/feed-links.ts';
import { registerFollowPages } from './feeds/follow.pages.ts';
import { registerSitemap } from './feeds/sitemap.pages.ts';
import { registerFeeds } from './feeds/feeds.pages.ts';
import { registerPostsApi } from './posts/posts.api.ts';
import { RevisionPage } from './posts/history/revision.ts';
import { registerHistoryPages } from './posts/history/history.pages.ts';
import { registerRevisionsApi } from './posts/history/revisions.api.ts';
import { registerPasswordsApi, PASSWORD_SCHEMAS } from './users/passwords.api.ts';
import { registerPictureApi } from './users/picture.api.ts';
import { UserCreate, UserPrivate, UserPublic, UserUpdate } from './users/user.ts';
import { registerUsersApi, Token } from './users/users.api.ts';
import { createSearch } from './search/search.service.ts';
import { registerSearchApi, SearchPage } from './search/search.api.ts';
import { registerSearchPages } from './search/search.pages.ts';
import { registerSeen } from './doctor/request-echo.ts';
import { mediaAccess, registerPictureFiles } from './pictures/picture-files.pages.ts';
import { PICTURE_SCHEMAS } from './pictures/post-picture.ts';
import { registerPostPicturesApi } from './pictures/post-pictures.api.ts';
import { countPicturesByState } from './pictures/pictures.store.ts';
import { createSiteCache } from './settings/site.ts';
import { errorPage } from './views/error-page.ts';

/**
 * The whole blog over HTTP: every plugin and route, in order. It does not listen yet. Once
 * `stopping` is aborted, load balancers are told to send no more requests.
 */
export async function buildApp(
  ctx: Context,
  times: Times = TIMES,
  stopping: AbortSignal = new AbortController().signal,
): Promise<App> {
  const { config } = ctx;
  // Pino's own type would spread through every signature.
  const log: FastifyBaseLogger = ctx.log;
  const trust = trustedProxies(config.TRUST_PROXY);
  const cache = createResponseCache({
    version: ctx.db.dataVersion,
    clock: ctx.clock,
    unread: (response) => limitAnswer(response, times),
  });
  const app = Fastify({
    ...serverOptions(times, (fastify) => {
      const handled = serializePipelined(cache.serveFromCache(fastify), times);
      return withClientAddress(trust, withoutBasePath(config.basePath, handled));
    }),
    loggerInstance: log,
    logController: new AbortedResponseLogger(),
    trustProxy: trust,
    rewriteUrl: decodablePath,
  }).withTypeProvider<TypeBoxTypes>();

  registerConnectionLimits(app, times);
  app.decorateRequest('cacheEntry', null);
  app.decorateRequest('goodUntil', Infinity);
  app.addHook('onRequest', cache.recordVersion);
  const site = await createSiteCache(ctx);
  app.addHook('onRequest', (_request, _reply, done) => {
    // Pages show what was read before if the database does not answer.
    const reading = site.refresh();
    if (reading)
      reading.then(
        () => done(),
        () => done(),
      );
    else done();
  });
  app.addHook('preClose', async () => cache.stop());
  registerRequestLog(app, { log: ctx.log, cache, trust });
  registerLastAnswers(app);
  registerUnreadBodies(app);
  await registerSecurity(app, {
    https: config.FRONTEND_URL.startsWith('https:'),
    mediaBase: config.MEDIA_BASE_URL,
  });
  registerTokenPaths(app);
  registerStrictHead(app);
  registerBasePath(app, config);
  registerRouting(app);
  await app.register(cookie);
  registerSharedJson(app);
  app.addHook('onSend', cache.store);
  registerNotModified(app);
  const assets = await registerAssets(app);
  registerDoneMessages(app);
  const pageContext = createPageContext(config, assets, {
    mailEnabled: ctx.mail.mailer.enabled,
    offers: (viewer) => ({
      mayWrite: can(viewer, 'write', { kind: 'blog' }),
      mayModerate: can(viewer, 'moderate', { kind: 'blog' }),
    }),
    site: site.current,
    feeds: feedLinks,
  });
  registerErrors(app, async (request, status, detail) => {
    request.viewer ??= (await findSignedIn(ctx, request).catch(() => undefined))?.user ?? null;
    const page = pageContext(request, String(status));
    // After signing in, one cannot return to the address of a posted form.
    const path = request.method === 'POST' ? '/' : page.path;
    return errorPage({ ...page, path }, status, detail);
  });
  registerBodies(app);
  app.setValidatorCompiler(() => () => true);
  const isMembersOnly = () => site.current().membersOnly;
  registerReadersWall(app, ctx, isMembersOnly);
  app.addHook('preHandler', async (request) => validateRequest(request));
  app.decorateRequest('viewer', null);
  app.decorateRequest('hasDrafts', false);
  app.decorateRequest('session', null);

  await registerOpenApi(app, {
    siteName: config.SITE_NAME,
    schemas: [
      UserCreate,
      UserUpdate,
      UserPublic,
      UserPrivate,
      Token,
      ...PASSWORD_SCHEMAS,
      PostCreate,
      PostUpdate,
      PostResponse,
      RenderedPost,
      RevisionPage,
      SearchPage,
      Page,
      ...PICTURE_SCHEMAS,
      DraftCreate,
      DraftUpdate,
      DraftReplace,
      DraftResponse,
      DraftPage,
    ],
  });
  const countPictures = () => countPicturesByState(ctx.db);
  await registerObservation(app, ctx, { cache, stopping, countPictures });
  registerSeen(app, ctx);
  registerDocs(app);
  registerManifest(app, () => site.current().name);
  registerMedia(app, ctx.media, mediaAccess(ctx, isMembersOnly));
  registerPictureFiles(app, ctx, isMembersOnly);

  registerUsersApi(app, ctx);
  registerPasswordsApi(app, ctx);
  registerPictureApi(app, ctx);
  registerPostPicturesApi(app, ctx);
  registerPostsApi(app, ctx);
  registerRevisionsApi(app, ctx);
  registerDraftsApi(app, ctx);
  const search = createSearch(ctx);
  app.addHook('onClose', () => search.close());
  registerSearchApi(app, ctx, search);

  const pages = createPages(pageContext, {
    sameOrigin: requireSameOrigin(config.FRONTEND_URL),
    findViewer: findViewerOfPage(ctx),
    requireViewer: requireSignedIn(ctx),
    findMarks: async (request) => {
      if (request.viewer) request.hasDrafts = await hasDrafts(ctx, request.viewer.id);
    },
    preserveUnsavedPost: preserveUnsavedPost(ctx, pageContext),
  });
  registerPostsPages(app, ctx, pages);
  registerHistoryPages(app, ctx, pages);
  registerUnpublishPages(app, ctx, pages, (trx, post) => keepAsDraft(ctx, trx, post));
  registerHelpPages(app, pages);
  registerComposerPages(app, ctx, pages);
  registerDraftsPages(app, ctx, pages);
  registerSharePages(app, ctx, pages);
  registerFeeds(app, ctx, pages);
  registerSearchPages(app, ctx, pages, search);
  registerFollowPages(app, ctx, pages);
  registerSitemap(app, ctx, isMembersOnly);
  registerSignInPages(app, ctx, pages, isPostForm);
  registerOwnerPages(app, ctx, pages);
  registerJoinPages(app, ctx, pages);
  registerWaitingPages(app, pages);
  registerResetPages(app, ctx, pages);
  registerEmailPages(app, ctx, pages);
  registerAccountPages(app, ctx, pages);
  registerSessionsPages(app, ctx, pages);
  registerAdminPages(app, ctx, pages);
  registerPeoplePages(app, ctx, pages);
  registerInvitationsPages(app, ctx, pages);
  registerSettingsPages(app, ctx, pages);
  registerDownloadPages(app, ctx, pages);

  const jobs = createTimedJobs(listTimedJobs(ctx), ctx.log);
  ctx.mail.queue.onWake(() => jobs.wake(MAIL_JOB));
  app.addHook('onReady', async () => jobs.start());
  app.addHook('onClose', async () => jobs.stop());
  return app;
}
