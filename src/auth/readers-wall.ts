import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import { href } from '../views/href.ts';
import { isMember } from './policy.ts';
import { findBearer, findViewerOfFile, findViewerOfSession } from './viewer.ts';

/**
 * What a blog for members shows to everybody: the ways in, what browsers and machines ask of any
 * site, and pages that ask for a token or a login themselves.
 */
const OPEN =
  /^\/(?:login|register|forgot-password|reset-password|confirm-email|owner|join|mail\/stop|drafts\/shared|feeds|account|waiting|api\/users\/me|help|static|favicon\.ico|manifest\.webmanifest|robots\.txt|health|metrics)(?:\/|$)/;

/**
 * What signed-in people who are not members may still send: changes to their own account, and new
 * texts or pictures, which their routes refuse before looking anything up.
 */
const OPEN_WRITES = /^\/(?:api\/users(?:\/|$)|(?:api\/(?:posts|drafts|pictures)|logout)$)/;

/** The blog's logo, which the login page shows, and signed addresses of pictures. */
const OPEN_FILES = /^\/media\/(?:site_logo\/|post_\w+\/[\w.]+\?d=)/;

/**
 * A hook for every route: if the blog is for members only, everybody else is sent to the login
 * page, and programs get a 401. This includes forms, because a refused form shows the post or
 * comment it is about. Anonymous senders of forms pass, because each form sends them to the login
 * page itself. No list of routes is needed, so new routes are protected, too. `isSignedLink`:
 * whether the request uses a link that was signed for a member. Register it before parameters are
 * checked, because their errors reveal something, too.
 */
export function registerReadersWall(
  app: FastifyInstance,
  ctx: Context,
  isMembersOnly: () => boolean,
  isSignedLink: (request: FastifyRequest) => Promise<boolean>,
): void {
  app.addHook('preHandler', async (request, reply) => {
    const { url = '' } = request.routeOptions;
    if (!isMembersOnly() || OPEN.test(url) || OPEN_FILES.test(request.url)) return undefined;
    if (!isRead(request) && OPEN_WRITES.test(url)) return undefined;
    if (isMember(await viewerOf(ctx, request))) return undefined;
    if (!isRead(request) && request.viewer === null) return undefined;
    if (isFile(request)) {
      if (await isSignedLink(request)) return undefined;
      throw new HttpError(404, 'Not Found');
    }
    if (request.viewer !== null) throw new HttpError(403, NOT_YET);
    if (isApi(request)) throw notAuthenticated();
    const next = encodeURIComponent(href(ctx.config, request.url));
    const login = href(ctx.config, `/login?next=${next}`);
    return reply.header('cache-control', 'no-store').redirect(login, 303);
  });
}

const NOT_YET = 'This blog is for its members, and your account still waits for approval.';

const isRead = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD';
const isApi = ({ url }: FastifyRequest) => /^\/api(?:[/?]|$)/.test(url);
const isFile = ({ url }: FastifyRequest) => /^\/(?:media|pictures)\//.test(url);

/** Public routes have not looked up the viewer yet. */
async function viewerOf(ctx: Context, request: FastifyRequest) {
  if (request.viewer) return request.viewer;
  if (isFile(request)) return findViewerOfFile(ctx, request);
  if (!isApi(request)) return findViewerOfSession(ctx, request);
  await findBearer(ctx)(request);
  return request.viewer;
}

function notAuthenticated(): HttpError {
  return new HttpError(401, 'Not authenticated', { headers: { 'www-authenticate': 'Bearer' } });
}
