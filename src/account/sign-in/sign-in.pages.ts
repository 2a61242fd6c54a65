import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { signIn, signOut } from '../../auth/session-cookie.ts';
import { LOGIN } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { HttpError } from '../../errors.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm, readForm, safePath, withQuery } from '../../http/pages/form.ts';
import type { PageContext } from '../../http/pages/page-context.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import type { PageHook, Pages } from '../../http/pages/route-options.ts';
import type { App } from '../../http/app-type.ts';
import { wantsJson } from '../../http/wants-json.ts';
import { logIn } from '../../users/passwords.service.ts';
import { AccountSuspended } from '../../users/suspension.service.ts';
import { register } from '../../users/registration.service.ts';
import { readSite } from '../../settings/site.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { newPrefill, readPrefill } from './login-prefill.ts';
import { readRegistration } from '../joining/registration-form.ts';
import {
  cookieRefused,
  loginPage,
  registerPage,
  registrationClosedPage,
  suspendedMessage,
} from './sign-in.views.ts';

const Login = Type.Object({
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});

/**
 * Login, logout and registration. `isPostForm` recognises the forms whose fields the login form may
 * carry. After the login, the browser posts them to that form again.
 */
export function registerSignInPages(
  app: App,
  ctx: Context,
  pages: Pages,
  isPostForm: (path: string) => boolean,
): void {
  addDoneMessages(app, {
    [LOGIN]: { message: 'Login successful!', signedOut: cookieRefused(ctx.config) },
  });
  addDoneMessages(
    app,
    {
      logout: 'You have been logged out.',
      registered: 'Account created successfully! Please login.',
    },
    { open: true },
  );
  const { pageContext, open, openForm } = pages;

  app.get('/login', open, async (request, reply) => {
    const { next, account } = request.query as { next?: string; account?: string };
    if (request.viewer) return reply.redirect(href(app, safePath(app, next)), 303);
    const values: Record<string, string> = next === undefined ? {} : { next: safePath(app, next) };
    if (typeof account === 'string') {
      reply.headers({ 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' });
      const email = await readPrefill(ctx, account);
      if (email !== undefined) values['username'] = email;
    }
    const state = { values, errors: {} };
    const focused = account !== undefined;
    return sendPage(request, reply, loginPage(pageContext(request, 'Login'), state, { focused }));
  });

  app.post('/login', openForm, async (request, reply) => {
    const fields = (request.body ?? {}) as Record<string, string | undefined>;
    const next = safePath(app, fields['next']);
    return handleForm(request, reply, {
      show: (state) => loginPage(pageContext(request, 'Login'), state),
      run: async () => {
        const { username: email, password } = readForm(request, Login);
        const user = await logIn(ctx, { email, password, address: request.ip }).catch(explain);
        if (!user) throw new HttpError(401, 'Incorrect email or password');
        await signIn(ctx, request, reply, user);
        // The session ended while they were writing. A 307 makes the browser post the same fields
        // again, now with a session.
        if (fields['content'] !== undefined && isPostForm(next)) {
          return { location: next, repost: true };
        }
        // Also for scripts, since only the next page knows whether the browser has kept the cookie.
        const message = 'Login successful!';
        if (user.state === 'waiting' && next === '/') {
          return { location: '/waiting', done: LOGIN, message };
        }
        return { location: withQuery(next, 'done', LOGIN), message };
      },
    });
  });

  app.post('/logout', openForm, (request, reply) =>
    handleForm(request, reply, {
      show: () => loginPage(pageContext(request, 'Login'), EMPTY),
      run: async () => {
        await signOut(ctx, request, reply);
        return { location: '/', done: 'logout' };
      },
    }),
  );

  const showRegister = async (request: FastifyRequest, state: Form) => {
    const page = pageContext(request, 'Register');
    const { registration } = await readSite(ctx);
    if (registration === 'closed' || registration === 'invite') {
      return registrationClosedPage(page, registration === 'invite');
    }
    const lead = 'New accounts are approved by those who run this site. You can log in meanwhile.';
    return registerPage(page, state, registration === 'approval' ? { lead } : undefined);
  };

  app.get('/register', open, async (request, reply) => {
    if (request.viewer) return reply.redirect(href(app, '/'), 303);
    return sendPage(request, reply, await showRegister(request, EMPTY));
  });

  app.post('/register', openForm, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => showRegister(request, state),
      run: async () => {
        const given = await readRegistration(request, ctx.config);
        const user = await register(ctx, given, request.ip);
        return { location: `/login?account=${newPrefill(ctx, user.id)}`, done: 'registered' };
      },
    }),
  );
}

/** The page tells a suspended person the reason; the API has the contract's text. */
function explain(error: unknown): never {
  throw error instanceof AccountSuspended
    ? new HttpError(403, suspendedMessage(error.suspension), { cause: error })
    : error;
}

/**
 * A hook for post forms: anonymous visitors get the login form with what they wrote in it, and
 * after the login it is posted again.
 */
export function preserveUnsavedPost({ config }: Context, pageContext: PageContext): PageHook {
  return async (request, reply) => {
    if (request.viewer) return undefined;
    const values: Record<string, string> = {
      ...(request.body as Record<string, string>),
      next: request.url,
    };
    // With the login's fields, this is a post that the login has forwarded.
    const loggedIn = values['password'] !== undefined;
    const frame = pageContext(request, 'Login');
    const page = loggedIn ? { ...frame, error: cookieRefused(config) } : frame;
    const summary = 'Please log in again. What you wrote is kept and will be saved then.';
    if (wantsJson(request)) throw new HttpError(401, summary);
    return sendPage(request, reply.code(401), loginPage(page, { values, errors: {}, summary }));
  };
}
