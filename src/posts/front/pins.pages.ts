import type { FastifyRequest } from 'fastify';
import { can } from '../../auth/policy.ts';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import type { Page } from '../../views/layout.ts';
import { PostPath, type PostHead } from '../post.ts';
import type { PostSlots } from '../post-page.views.ts';
import { getPost } from '../posts.service.ts';
import { getPinned, isPinned, pinPost, unpinPost } from './pins.service.ts';
import { notPinnedPage, pinButton } from './pins.views.ts';

const ACTS = [
  { act: 'pin', run: pinPost, done: 'pinned' },
  { act: 'unpin', run: unpinPost, done: 'unpinned' },
] as const;

/** `/posts/{post_id}/pin` and `/posts/{post_id}/unpin`: forms for editors. */
export function registerPinsPages(app: App, ctx: Context, { pageContext, form }: Pages): void {
  addDoneMessages(app, {
    pinned: 'The post is pinned to the front page.',
    unpinned: 'The post is no longer pinned.',
  });
  const options = { ...form, schema: { hide: true, params: PostPath } } as const;
  for (const { act, run, done } of ACTS) {
    app.post(`/posts/:post_id/${act}`, options, (request, reply) => {
      const { post_id: id } = request.params;
      return handleForm(request, reply, {
        show: async ({ summary = '' }) => {
          const viewer = viewerOf(request);
          const post = await getPost(ctx, viewer, id);
          const page = { ...pageContext(request, 'Pin to Front Page'), error: summary };
          return notPinnedPage(page, post, await getPinned(ctx, viewer));
        },
        run: async () => {
          await run(ctx, viewerOf(request), id);
          return { location: `/posts/${id}`, done };
        },
      });
    });
  }
}

/** What an editor can do about a post's place on the front page. */
export async function pinSlot(
  ctx: Context,
  { viewer }: FastifyRequest,
  page: Page,
  { id, state }: Pick<PostHead, 'id' | 'state'>,
): Promise<PostSlots> {
  if (!can(viewer, 'pin', { kind: 'blog' })) return {};
  const pinned = await isPinned(ctx, id);
  // A hidden post cannot be pinned, because readers would not see it.
  return pinned || state === 'published' ? { actions: pinButton(page, id, pinned) } : {};
}
