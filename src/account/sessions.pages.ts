import { endOtherSessions, endSession } from '../auth/sessions.service.ts';
import { sessionOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import type { App } from '../http/app-type.ts';

/** Ends one's sessions in other browsers. */
export function registerSessionsPages(app: App, ctx: Context, { form }: Pages): void {
  addDoneMessages(app, {
    'session-ended': 'That browser has been logged out.',
    'sessions-ended': 'All other browsers have been logged out.',
  });
  // These forms have no fields that could be wrong, so there is nothing to show again.
  const show = (): never => {
    throw new Error('a form without fields was refused');
  };

  app.post('/account/sessions/end', form, (request, reply) =>
    handleForm(request, reply, {
      show,
      run: async () => {
        const { session = '' } = (request.body ?? {}) as { session?: string };
        await endSession(ctx, sessionOf(request).user_id, session);
        return { location: '/account', done: 'session-ended' };
      },
    }),
  );

  app.post('/account/sessions/end-others', form, (request, reply) =>
    handleForm(request, reply, {
      show,
      run: async () => {
        await endOtherSessions(ctx, sessionOf(request));
        return { location: '/account', done: 'sessions-ended' };
      },
    }),
  );
}
