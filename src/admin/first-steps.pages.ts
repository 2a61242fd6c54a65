import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import type { Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { adminOptions } from './admin-options.ts';
import { dismissSteps, getSteps, isUnclaimed } from './first-steps.service.ts';
import { stepsView, unclaimedView } from './first-steps.views.ts';

/** The form with which an owner hides the first steps. */
export function registerFirstStepsPages(app: App, ctx: Context, pages: Pages): void {
  app.post('/admin/first-steps/dismiss', adminOptions(pages, 'run').post, (request, reply) =>
    handleForm(request, reply, {
      show: (): never => {
        throw new Error('a form without fields was refused');
      },
      run: async () => {
        await dismissSteps(ctx, viewerOf(request));
        return { location: '/' };
      },
    }),
  );
}

/**
 * What the front page of a new blog shows: an introduction, and to its owner the next steps.
 * `empty`: it has no posts.
 */
export function firstHourOf(ctx: Context) {
  return async (
    { viewer }: FastifyRequest,
    page: Page,
    { empty }: { empty: boolean },
  ): Promise<{ top?: Html; inPlaceOfEmpty?: Html }> => {
    if (viewer) {
      const steps = await getSteps(ctx, viewer);
      return steps ? { top: stepsView(page, steps) } : {};
    }
    return empty && (await isUnclaimed(ctx)) ? { inPlaceOfEmpty: unclaimedView(page) } : {};
  };
}
