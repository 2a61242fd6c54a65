import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { DraftRow } from '../../db/schema.ts';
import { isoMicros, micros } from '../../db/time.ts';
import type { Accepted, Answered } from '../../http/pages/form.ts';
import { createdMessage, shownTitle } from '../../posts/post.ts';
import { getOwnPostFor } from '../../posts/posts.service.ts';
import type { Html } from '../../views/html.ts';
import type { Composed } from '../composer.views.ts';
import { distinctTags } from '../../tags/tag.ts';
import { writeTags } from '../../tags/tag-line.ts';
import { tagsOf } from '../draft.ts';
import { findDraftOf } from './draft-of-form.service.ts';
import { deleteDraft } from '../drafts.service.ts';
import { draftNotFound } from '../reading.service.ts';
import type { Published } from '../publish.service.ts';
import { publishWritten } from './publish-text.service.ts';
import { hasTray } from '../pictures/tray.ts';
import { assertDescribed } from '../pictures/tray.service.ts';
import { readSchedule } from '../schedule/read-schedule.ts';
import { saveText } from './save.service.ts';
import { joined } from './together.ts';
import { pressed, readOrigin, readPost, readText, type Origin, type Text } from './written.ts';

interface Posted {
  ids: { postId?: number; draftId?: number };
  show: (state: Composed) => Promise<Html>;
}

/** Does what the pressed button of the composer, or of the page about a conflict, says. */
export async function runButton(
  ctx: Context,
  request: FastifyRequest,
  { ids, show }: Posted,
): Promise<Accepted | Answered> {
  const viewer = viewerOf(request);
  const origin = readOrigin(request, ids);
  const over = (request.body as { over?: string } | undefined)?.over;
  const button = pressed(request);
  if (button === 'save') return saved(await saveText(ctx, viewer, readText(request), origin));
  if (button === 'schedule') {
    // Errors that would prevent publishing are reported now, not at the scheduled time.
    const text = readPost(request);
    await askOnce(ctx, request, text, origin);
    const { publishAt, shift } = readSchedule(request, micros(ctx.clock));
    await saveText(ctx, viewer, text, origin, { publishAt });
    return { location: '/drafts', done: shift === null ? 'scheduled' : `scheduled-${shift}` };
  }
  if (button === 'unschedule') {
    return saved(await saveText(ctx, viewer, readText(request), origin, { publishAt: null }));
  }
  if (button === 'mine' && over !== 'post') {
    return saved(await saveText(ctx, viewer, readText(request), origin, { replace: true }));
  }
  if (button === 'theirs') return keepTheirs(ctx, request, origin, over);
  if (button === 'together')
    return { page: await show(await together(ctx, request, origin, over)) };
  const text = readPost(request);
  await askOnce(ctx, request, text, origin);
  return published(await publishWritten(ctx, viewer, text, origin));
}

/** Throws Undescribed if the form shows pictures, and has not asked yet for the alt texts that are missing. */
async function askOnce(
  ctx: Context,
  request: FastifyRequest,
  { content, format }: Text,
  origin: Origin,
): Promise<void> {
  const { asked } = (request.body ?? {}) as { asked?: string };
  if (format !== 'markdown' || asked !== undefined || !hasTray(request)) return;
  const viewer = viewerOf(request);
  const postId = origin.postId ?? (await findDraftOf(ctx, viewer, origin))?.post_id ?? null;
  await assertDescribed(ctx, viewer, { content, postId });
}

function saved({ id, version, updated_at }: DraftRow): Accepted {
  const more = { draft: id, version, saved_at: isoMicros(updated_at) };
  return { location: `/drafts/${id}`, done: 'saved', more };
}

function published({ post, made }: Published): Accepted {
  const location = `/posts/${post.id}`;
  if (!made) return { location, done: 'updated' };
  return { location, done: 'created', message: createdMessage(shownTitle(post)) };
}

/** The viewer's own text was kept as a revision when the conflict was found. */
async function keepTheirs(
  ctx: Context,
  request: FastifyRequest,
  origin: Origin,
  over: string | undefined,
): Promise<Accepted> {
  const viewer = viewerOf(request);
  const draft = await findDraftOf(ctx, viewer, origin);
  if (over === 'draft' && draft) return { location: `/drafts/${draft.id}` };
  const postId = origin.postId ?? draft?.post_id ?? null;
  if (over === 'draft' || postId === null) throw draftNotFound();
  // The draft of an unpublished post is all that is shown of it.
  const { state } = await getOwnPostFor(ctx, viewer, postId, 'update');
  if (state === 'unpublished') return { location: `/posts/${postId}/edit` };
  if (draft) await deleteDraft(ctx, viewer, draft.id);
  return { location: `/posts/${postId}`, done: 'kept' };
}

/** The composer with both texts merged into one, based on the current versions of both. */
async function together(
  ctx: Context,
  request: FastifyRequest,
  origin: Origin,
  over: string | undefined,
): Promise<Composed> {
  const viewer = viewerOf(request);
  const mine = readText(request);
  const draft = await findDraftOf(ctx, viewer, origin);
  const postId = origin.postId ?? draft?.post_id ?? null;
  const post =
    over === 'post' && postId !== null
      ? await getOwnPostFor(ctx, viewer, postId, 'update')
      : undefined;
  const theirs: Text | undefined = post ?? (draft && { ...draft, tags: tagsOf(draft) });
  if (!theirs) throw draftNotFound();
  const tags = [...(mine.tags ?? []), ...(theirs.tags ?? [])];
  const values: Record<string, string> = {
    ...(request.body as Record<string, string>),
    title: mine.title === '' ? theirs.title : mine.title,
    content: joined(mine.content, theirs.content),
    format: mine.format,
    tags: writeTags(distinctTags(tags).map(({ name }) => name)),
    ...(draft && { draft: String(draft.id), draft_version: String(draft.version) }),
    ...(post && { version: String(post.version) }),
  };
  return { values, errors: {} };
}
