import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import { transact } from '../db/transact.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { fieldErrors, handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { logDeed } from '../moderation/log.service.ts';
import {
  allSettings,
  changeSetting,
  checkSetting,
  type SettingName,
} from '../settings/settings.ts';
import type { Form } from '../views/form.ts';
import { adminOptions } from './admin-options.ts';
import { settingsPage } from './settings.views.ts';

const SHOWN = [
  'site-name',
  'tagline',
  'registration',
  'readers',
  'time-zone',
  'footer-links',
] as const;
/** The variables that have precedence over a setting. */
const VARIABLES: Partial<Record<SettingName, 'SITE_NAME' | 'REGISTRATION'>> = {
  'site-name': 'SITE_NAME',
  registration: 'REGISTRATION',
};

/** What owners change while the blog runs. */
export function registerSettingsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { settings: 'Settings saved.' });
  const { get, post } = adminOptions(pages, 'run');
  const { config } = ctx;
  const isFixed = (name: SettingName) => config.given.has(VARIABLES[name] ?? '');
  const fixed = {
    ...(isFixed('site-name') && { siteName: config.SITE_NAME }),
    ...(isFixed('registration') && { registration: config.REGISTRATION }),
  };
  const show = (request: FastifyRequest, state: Form) =>
    settingsPage(pages.pageContext(request, 'Settings'), state, fixed);

  app.get('/admin/settings', get, async (request, reply) =>
    sendPage(request, reply, show(request, { values: await allSettings(ctx), errors: {} })),
  );

  app.post('/admin/settings', post, (request, reply) =>
    handleForm(request, reply, {
      show: (state) => show(request, state),
      run: async () => {
        const given = (request.body ?? {}) as Record<string, string | undefined>;
        const stored = await allSettings(ctx);
        const changed = SHOWN.filter(
          (name) => !isFixed(name) && given[name] !== undefined && given[name] !== stored[name],
        );
        const refused = changed.flatMap((name) => {
          const error = checkSetting(name, given[name] ?? '', config);
          return error === undefined ? [] : [[name, error] as const];
        });
        if (refused.length > 0) throw fieldErrors(Object.fromEntries(refused));
        const { id: actorId } = viewerOf(request);
        await transact(ctx.db, async (trx) => {
          for (const name of changed) {
            await changeSetting({ ...ctx, db: trx }, name, given[name] ?? '');
            await logDeed(trx, ctx.clock, { actorId, action: 'setting changed', reason: name });
          }
        });
        return { location: '/admin/settings', done: 'settings' };
      },
    }),
  );
}
