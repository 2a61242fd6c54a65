import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { authorize } from '../../auth/policy.ts';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm, readForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { mergeTag, renameTag, tagNotFound } from '../../tags/edit-tags.service.ts';
import { TagName, tagPath } from '../../tags/tag.ts';
import { findTag, LISTED_MAX, listTags } from '../../tags/tags.service.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { listQuery } from '../post.ts';
import { getEntries } from '../posts.service.ts';
import { editTagPage, tagPage, tagsPage } from './tags.views.ts';

const Rename = Type.Object({ name: TagName });
const Merge = Type.Object({ into: Type.String({ minLength: 1 }) });

/** Other tags that the form for merging suggests. */
const SUGGESTED = 100;

/** The tags of the blog, the posts of each, and the forms in which editors change one. */
export function registerTagsPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    'tag-renamed': 'The tag has a new name.',
    'tag-merged': 'The tags are one now.',
  });
  const { pageContext, cached, signedIn, form } = pages;
  const querystring = listQuery(ctx.config.POSTS_PER_PAGE);

  app.get('/tags', cached, async (request, reply) => {
    const tags = await listTags(ctx, request.viewer);
    const page = tagsPage(pageContext(request, 'Tags'), tags, tags.length === LISTED_MAX);
    return sendPage(request, reply, page);
  });

  app.get(
    '/tags/:tag',
    { ...cached, schema: { hide: true, querystring } },
    async (request, reply) => {
      const given = tagOf(request);
      const tag = await findTag(ctx, request.viewer, given);
      if (!tag) throw tagNotFound();
      const { id: tagId, name, key } = tag;
      if (given !== key) {
        const [, query] = request.url.split(/\?(.*)/s, 2);
        const current = href(app, tagPath(name));
        // Browsers must not cache the redirect: if the tag is renamed back, it would lead to
        // itself.
        reply.header('cache-control', 'private, no-store');
        return reply.redirect(query === undefined ? current : `${current}?${query}`, 301);
      }
      const list = await getEntries(ctx, request.viewer, request.query, { tagId });
      const page = pageContext(request, `Tag: ${name}`);
      return sendPage(request, reply, tagPage(page, name, list));
    },
  );

  /** The tag in the address, for those who may change it. */
  const findEdited = async (request: FastifyRequest) => {
    const viewer = viewerOf(request);
    authorize(
      viewer,
      'moderate',
      { kind: 'blog' },
      'Only those who run this blog may see this page',
    );
    const tag = await findTag(ctx, viewer, tagOf(request));
    if (!tag) throw tagNotFound();
    return tag;
  };
  const show = async (request: FastifyRequest, forms: { rename?: Form; merge?: Form }) => {
    const { name } = await findEdited(request);
    const suggested = await listTags(ctx, request.viewer, SUGGESTED);
    const states = { rename: EMPTY, merge: EMPTY, suggested, ...forms };
    return editTagPage(pageContext(request, 'Edit Tag'), name, states);
  };

  app.get('/tags/:tag/edit', signedIn, async (request, reply) =>
    sendPage(request, reply, await show(request, {})),
  );

  const forms = [
    { act: 'rename', schema: Rename, field: 'name', change: renameTag, done: 'tag-renamed' },
    { act: 'merge', schema: Merge, field: 'into', change: mergeTag, done: 'tag-merged' },
  ] as const;
  for (const { act, schema, field, change, done } of forms) {
    app.post(`/tags/:tag/${act}`, form, async (request, reply: FastifyReply) => {
      const tag = await findEdited(request);
      return handleForm(request, reply, {
        show: (state) => show(request, { [act]: state }),
        run: async () => {
          const given = readForm(request, schema) as Record<string, string>;
          const { name } = await change(ctx, viewerOf(request), tag, given[field] ?? '');
          return { location: tagPath(name), done };
        },
      });
    });
  }
}

const tagOf = (request: FastifyRequest) => (request.params as { tag: string }).tag;
