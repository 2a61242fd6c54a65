import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { fieldErrors } from '../../http/pages/form.ts';
import { validateObject } from '../../http/validation/validate.ts';
import { PostCreate } from '../../posts/post.ts';
import type { PostRow } from '../../db/schema.ts';
import type { Format } from '../../text/rendered.ts';
import { readTags } from '../../tags/tag-line.ts';
import { resolve } from '../../text/placeholders.ts';
import { changed } from '../../text/references.ts';
import { isBlank } from '../../unicode/visible.ts';
import { DraftUpdate } from '../draft.ts';
import { hasMarks } from './together.ts';

/** A title and a content, as a person wrote them. */
export interface Text {
  title: string;
  content: string;
  format: Format;
  /** who may read it; null or missing: as it was */
  audience?: PostRow['audience'] | null;
  /** null or missing: as they were */
  tags?: string[] | null;
}

/** What a composer's form says beside the text; what is missing is undefined or null. */
export interface Origin {
  /** The post of the form's address. */
  postId: number | null;
  /** The version of the post when its text was loaded. */
  postVersion: number | undefined;
  /**
   * Whether the form has a field for a draft; programs written before there were drafts do not send
   * one.
   */
  knowsDrafts: boolean;
  draftId: number | null;
  /** The version of the draft that the text began from. */
  draftVersion: number | undefined;
  /** The key of a page for a new text. */
  formKey: string | null;
}

const Saved = Type.Object({
  title: DraftUpdate.properties.title,
  content: DraftUpdate.properties.content,
  format: DraftUpdate.properties.format,
  audience: DraftUpdate.properties.audience,
  tags: DraftUpdate.properties.tags,
});

/** The buttons of the composer and of the page about a conflict. */
const BUTTONS = [
  'save',
  'preview',
  'publish',
  'pictures',
  'schedule',
  'unschedule',
  'mine',
  'theirs',
  'together',
] as const;
type Button = (typeof BUTTONS)[number];

/** The button that posted the form; a form without one publishes. */
export function pressed(request: FastifyRequest): Button {
  const { do: name } = bodyOf(request);
  return BUTTONS.find((button) => button === name) ?? 'publish';
}

/** The text as a draft may hold it. Throws ValidationError. */
export function readText(request: FastifyRequest): Text {
  const { title, content, format, audience, tags } = validateObject(Saved, textFields(request));
  return cleaned({
    title: title ?? '',
    content: content ?? '',
    format: format ?? 'text',
    audience: audience ?? null,
    tags: tags ?? null,
  });
}

/** The text as a post may hold it. Throws ValidationError, also for text that shows nothing, which the API accepts. */
export function readPost(request: FastifyRequest): Text {
  const given = validateObject(PostCreate, textFields(request));
  const faults = {
    ...(isBlank(given.title) && { title: 'A title needs a visible character.' }),
    ...(isBlank(given.content) && { content: 'A post needs a visible character.' }),
    ...(hasMarks(given.content) && {
      content: 'Decide between both versions first, and remove the lines that begin with “▸▸▸”.',
    }),
  };
  if (Object.keys(faults).length > 0) throw fieldErrors(faults);
  return cleaned({ ...given, format: given.format ?? 'text' });
}

/**
 * The form's fields, with the tags as a list (programs written before there were tags send none).
 * Placeholders of uploads are removed, because only the page that uploads can replace them.
 */
function textFields(request: FastifyRequest): object {
  const { tags: line, content, ...fields } = bodyOf(request);
  return {
    ...fields,
    ...(content !== undefined && {
      content: changed(
        content,
        resolve(content, () => null),
      ),
    }),
    ...(line !== undefined && { tags: readTags(line) }),
  };
}

/**
 * Browsers send line ends as CR LF; they are stored as an API client would send them. A title's
 * field wraps, so it can hold line breaks that were pasted.
 */
function cleaned({ title, content, ...rest }: Text): Text {
  return {
    title: title.replaceAll(/\s*[\r\n]+\s*/g, ' '),
    content: content.replaceAll('\r\n', '\n'),
    ...rest,
  };
}

/** Where the form's text comes from. `path`: the ids in its address. */
export function readOrigin(
  request: FastifyRequest,
  path: { postId?: number; draftId?: number } = {},
): Origin {
  const body = bodyOf(request);
  const key = body['form_key'];
  return {
    postId: path.postId ?? null,
    postVersion: count(body['version']),
    knowsDrafts: path.draftId !== undefined || body['draft'] !== undefined,
    draftId: path.draftId ?? count(body['draft']) ?? null,
    draftVersion: count(body['draft_version']),
    // Our keys are UUIDs; anything else would only waste space in the index.
    formKey: key !== undefined && /^[\da-f-]{36}$/.test(key) ? key : null,
  };
}

function count(text = ''): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function bodyOf(request: FastifyRequest): Record<string, string | undefined> {
  return (request.body ?? {}) as Record<string, string | undefined>;
}
