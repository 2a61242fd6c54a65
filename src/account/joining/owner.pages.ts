import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { assertOwnerLink, becomeOwner } from '../../users/owner-link.service.ts';
import { createUser } from '../../users/users.service.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { newPrefill } from '../sign-in/login-prefill.ts';
import { ownerPage, ownerRegisterPage } from './owner.views.ts';
import { readRegistration } from './registration-form.ts';

/** The link that a start of a blog without an owner prints. Only posting its form makes an owner. */
export function registerOwnerPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { owner: 'You are the owner of this blog now.' });
  const { pageContext, open, signedIn } = pages;
  const config = { body: 'form' } as const;
  // No check of the origin: the token is proof enough, and with `no-referrer` browsers send no
  // origin.
  const [openForm, form] = [
    { ...open, config },
    { ...signedIn, config },
  ];
  const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;
  const show = (request: FastifyRequest, state: Form) =>
    ownerPage(pageContext(request, 'Owner'), tokenOf(request), state);
  const showRegister = (request: FastifyRequest, state: Form) =>
    ownerRegisterPage(pageContext(request, 'Register'), tokenOf(request), state);

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

  app.get('/owner/:token/register', open, async (request, reply) => {
    await assertOwnerLink(ctx, tokenOf(request));
    return sendPage(request, reply, showRegister(request, EMPTY));
  });

  app.post('/owner/:token/register', openForm, async (request, reply) => {
    await assertOwnerLink(ctx, tokenOf(request));
    return handleForm(request, reply, {
      show: (state) => showRegister(request, state),
      run: async () => {
        const user = await createUser(ctx, await readRegistration(request, ctx.config));
        const next = encodeURIComponent(href(app, `/owner/${tokenOf(request)}`));
        const prefill = newPrefill(ctx, user.id);
        return { location: `/login?account=${prefill}&next=${next}`, done: 'registered' };
      },
    });
  });
}
