import type { FastifyRequest } from 'fastify';
import { signIn } from '../../auth/session-cookie.ts';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { assertOwnerLink, becomeOwner, createOwner } from '../../users/owner-link.service.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { cookieRefused } from '../sign-in/sign-in.views.ts';
import { ownerPage, ownerRegisterPage } from './owner.views.ts';
import { readRegistration } from './registration-form.ts';

/**
 * The link that a start of a blog without an owner prints. Only posting a form of it makes an owner:
 * of the account that is signed in, or of a new one.
 */
export function registerOwnerPages(app: App, ctx: Context, pages: Pages): void {
  const message = 'You are the owner of this blog now.';
  addDoneMessages(app, { owner: { message, signedOut: cookieRefused(ctx.config) } });
  const { pageContext, open, signedIn } = pages;
  const config = { body: 'form' } as const;
  // No check of the origin: the token is proof enough, and with `no-referrer` browsers send no
  // origin.
  const [openForm, form] = [
    { ...open, config },
    { ...signedIn, config },
  ];
  const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;
  const show = (request: FastifyRequest, state: Form) => {
    const page = pageContext(request, 'Owner');
    return (page.viewer ? ownerPage : ownerRegisterPage)(page, tokenOf(request), state);
  };

  app.get('/owner/:token', open, async (request, reply) => {
    await assertOwnerLink(ctx, tokenOf(request));
    return sendPage(request, reply, show(request, EMPTY));
  });

  app.post('/owner/:token', form, async (request, reply) => {
    await assertOwnerLink(ctx, tokenOf(request));
    return handleForm(request, reply, {
      show: (state) => show(request, state),
      run: async () => {
        await becomeOwner(ctx, viewerOf(request), tokenOf(request));
        return { location: '/', done: 'owner' };
      },
    });
  });

  app.post('/owner/:token/register', openForm, async (request, reply) => {
    await assertOwnerLink(ctx, tokenOf(request));
    return handleForm(request, reply, {
      show: (state) => ownerRegisterPage(pageContext(request, 'Owner'), tokenOf(request), state),
      run: async () => {
        const given = await readRegistration(request, ctx.config);
        await signIn(ctx, request, reply, await createOwner(ctx, given, tokenOf(request)));
        return { location: '/', done: 'owner' };
      },
    });
  });
}
