import { API_SCHEMAS, registerApi } from './app-api.ts';
import { registerPages } from './app-pages.ts';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import { listTimedJobs, MAIL_JOB } from './app-jobs.ts';
import type { Context } from './context.ts';
import { createTimedJobs } from './jobs/timed-jobs.ts';
import { registerObservation } from './observability/register.ts';
import { waitingPage } from './account/joining/waiting.views.ts';
import { can, isMember } from './auth/policy.ts';
import { registerReadersWall } from './auth/readers-wall.ts';
import { findSignedIn } from './auth/session-cookie.ts';
import { registerAssets } from './http/files/static.ts';
import { registerDoneMessages } from './http/pages/done-messages.ts';
import { createPageContext } from './http/pages/page-context.ts';
import { registerBodies } from './http/body/body.ts';
import { registerNotModified, registerSharedJson } from './http/cache/etag.ts';
import { registerAnswerBudget } from './http/connection/answer-budget.ts';
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
import { decodablePath, registerNotFound } from './http/not-found.ts';
import { compilersFactory } from './http/compilers.ts';
import { registerSecurity } from './http/security-headers.ts';
import {
  registerLastAnswers,
  serverOptions,
  TIMES,
  type Times,
} from './http/connection/timeouts.ts';
import { registerHeadValidation } from './http/connection/head-validation.ts';
import { writtenText } from './http/pages/written-text.ts';
import { registerTokenPaths } from './http/token-paths.ts';
import type { App, TypeBoxTypes } from './http/app-type.ts';
import { registerBodyDraining } from './http/connection/drain-body.ts';
import { validateRequest } from './http/validation/validate.ts';
import { findLinkReader } from './feeds/private/link-reader.ts';
import { feedLinks } from './feeds/feed-links.ts';
import { createSearch } from './search/search.service.ts';
import { registerRequestEcho } from './doctor/request-echo.ts';
import { isShared } from './drafts/share/shared-pictures.service.ts';
import { mediaAccess, registerPictureFiles } from './pictures/picture-files.pages.ts';
import { countPicturesByState } from './pictures/pictures.store.ts';
import { createUnreadStates } from './notices/reading.service.ts';
import { networkOf } from './rate-limits/rate-limits.ts';
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
    ownState: createUnreadStates(ctx.db),
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
    schemaController: { compilersFactory },
  }).withTypeProvider<TypeBoxTypes>();

  registerConnectionLimits(app, times);
  app.decorateRequest('cacheEntry', null);
  app.decorateRequest('goodUntil', Infinity);
  app.decorateRequest('ownState', null);
  app.addHook('onRequest', cache.recordVersion);
  const site = await createSiteCache(ctx);
  const isMembersOnly = () => site.current().membersOnly;
  app.addHook('onRequest', (_request, _reply, done) => {
    // If the database does not answer, pages show the settings that were read before.
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
  registerBodyDraining(app);
  await registerSecurity(app, {
    https: config.FRONTEND_URL.startsWith('https:'),
    mediaBase: config.MEDIA_BASE_URL,
  });
  registerTokenPaths(app);
  registerHeadValidation(app);
  registerBasePath(app, config);
  registerNotFound(app);
  await app.register(cookie);
  registerAnswerBudget(app, ({ ip }) => networkOf(ip));
  registerSharedJson(app);
  app.addHook('onSend', cache.store);
  registerNotModified(app);
  const assets = await registerAssets(app);
  registerDoneMessages(app);
  const pageContext = createPageContext(config, assets, {
    mailEnabled: ctx.mail.mailer.enabled,
    offers: (viewer) => ({
      closed: isMembersOnly() && !isMember(viewer),
      mayWrite: can(viewer, 'write', { kind: 'blog' }),
      mayModerate: can(viewer, 'moderate', { kind: 'blog' }),
    }),
    site: site.current,
    feeds: feedLinks,
  });
  registerErrors(app, async (request, status, detail) => {
    request.viewer ??= (await findSignedIn(ctx, request).catch(() => undefined))?.user ?? null;
    const page = pageContext(request, String(status));
    const { viewer } = request;
    if (
      status === 403 &&
      request.method !== 'POST' &&
      viewer?.state === 'waiting' &&
      page.closed === true
    ) {
      const { email, state_reason: declined } = viewer;
      return waitingPage({ ...page, title: 'Waiting' }, { email, declined });
    }
    // After signing in, one cannot return to the address of a posted form.
    const path = request.method === 'POST' ? '/' : page.path;
    return errorPage({ ...page, path }, status, detail, writtenText(request));
  });
  registerBodies(app);
  const linkReader = (request: FastifyRequest) => findLinkReader(ctx, request);
  registerReadersWall(
    app,
    ctx,
    isMembersOnly,
    async (request) => (await linkReader(request)) !== undefined,
  );
  app.addHook('preHandler', async (request) => validateRequest(request));
  app.decorateRequest('viewer', null);
  app.decorateRequest('hasDrafts', false);
  app.decorateRequest('unreadNotices', 0);
  app.decorateRequest('session', null);

  registerOpenApi(app, {
    siteName: config.SITE_NAME,
    schemas: API_SCHEMAS,
  });
  const countPictures = () => countPicturesByState(ctx.db);
  await registerObservation(app, ctx, { cache, stopping, countPictures });
  registerRequestEcho(app, ctx);
  registerDocs(app);
  registerManifest(app, () => site.current().name);
  registerMedia(
    app,
    ctx.media,
    mediaAccess(ctx, isMembersOnly, {
      isShared: (key, d) => isShared(ctx, key, d),
      findLinkReader: linkReader,
    }),
  );
  registerPictureFiles(app, ctx, isMembersOnly);

  const search = createSearch(ctx);
  app.addHook('onClose', () => search.close());
  registerApi(app, ctx, search);
  const hasComments = () => site.current().hasComments;
  registerPages(app, ctx, { pageContext, search, isMembersOnly, hasComments });

  const jobs = createTimedJobs(listTimedJobs(ctx), ctx.log);
  ctx.mail.queue.onWake(() => jobs.wake(MAIL_JOB));
  app.addHook('onReady', async () => jobs.start());
  app.addHook('onClose', async () => jobs.stop());
  return app;
}
