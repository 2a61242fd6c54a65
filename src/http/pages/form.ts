import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { HttpError, Unavailable, ValidationError } from '../../errors.ts';
import type { FieldError } from '../../field-errors.ts';
import type { Form } from '../../views/form.ts';
import { href, type BelowPath } from '../../views/href.ts';
import { removeBasePath } from '../base-path.ts';
import type { Html } from '../../views/html.ts';
import { doneMessage } from './done-messages.ts';
import { messageForPeople } from './refusal.ts';
import { sendPage } from './send-page.ts';
import { validateObject } from '../validation/validate.ts';
import { wantsJson } from '../wants-json.ts';
import { UNSTORABLE } from '../../unicode/storable.ts';

/** Where an accepted form redirects, and the code of the message to show there. */
export interface Accepted {
  /** A path of the blog, without the base path. */
  location: string;
  done?: string;
  /** Replaces the code's message, for scripts. */
  message?: string;
  /** The browser should post the same fields there (307). */
  repost?: boolean;
  /** What scripts get beside the message and the page to go to. */
  more?: Record<string, unknown>;
}

/** A page that answers the form by itself, such as a preview. */
export interface Answered {
  page: Html;
}

/** The page with the form again. `error`: why it was refused. */
type ShowForm = (state: Form, error: HttpError) => Html | Promise<Html>;

/**
 * Handles a posted form: runs it, then redirects with 303, or shows the form again with what was
 * typed and the errors. A script that asks for JSON gets the same as JSON.
 */
export async function handleForm(
  request: FastifyRequest,
  reply: FastifyReply,
  form: { run: () => Promise<Accepted | Answered>; show: ShowForm },
): Promise<FastifyReply> {
  let accepted: Accepted | Answered;
  try {
    accepted = await form.run();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    // If a part of the server is unavailable, what was typed is kept in the form.
    if (error instanceof Unavailable) {
      request.log.warn({ reason: String(error.cause) }, error.message);
    } else if (error.status >= 500) throw error;
    return refuse(request, reply, error, form.show);
  }
  if ('page' in accepted) return sendPage(request, reply, accepted.page);
  const { done, message = doneMessage(request, done), repost = false, more } = accepted;
  const location = href(request.server, accepted.location);
  if (wantsJson(request)) return reply.send({ message, location, ...more });
  if (repost) return reply.redirect(location, 307);
  return reply.redirect(done === undefined ? location : withQuery(location, 'done', done), 303);
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  error: HttpError,
  show: ShowForm,
): Promise<FastifyReply> {
  const errors = errorsByField(error);
  reply.code(error.status).headers(error.headers);
  if (wantsJson(request)) {
    const list = Object.entries(errors).map(([name, msg]) => ({ loc: ['body', name], msg }));
    const detail = list.length > 0 ? list : messageForPeople(error);
    return reply.send({ detail, ...error.extra });
  }
  const values = { ...(request.body as Record<string, string> | undefined) };
  const summary = Object.keys(errors).length > 0 ? {} : { summary: summaryOf(error) };
  return sendPage(request, reply, await show({ values, errors, ...summary }, error));
}

function summaryOf(error: HttpError): string {
  const message = messageForPeople(error);
  return error instanceof Unavailable ? `${message}. Please try again in a moment.` : message;
}

function errorsByField(error: HttpError): Record<string, string> {
  if (error instanceof ValidationError) {
    const errors: Record<string, string> = {};
    for (const one of error.errors) errors[String(one.loc[1] ?? one.loc[0])] ??= inWords(one);
    return errors;
  }
  return error.field === undefined ? {} : { [error.field]: error.message };
}

/** The text of a 422 error for people; one of several values in a field is named. */
function inWords({ input, ...error }: FieldError): string {
  const one = error.loc.length > 2 && typeof input === 'string' ? `“${input}”: ` : '';
  return one + reasonOf(error);
}

function reasonOf({ type, ctx, msg }: Omit<FieldError, 'input'>): string {
  if (type === 'missing' || (type === 'string_too_short' && ctx?.['min_length'] === 1)) {
    return 'Please fill in this field.';
  }
  if (type === 'string_too_short')
    return `Must be at least ${String(ctx?.['min_length'])} characters.`;
  if (type === 'string_too_long')
    return `Must be at most ${String(ctx?.['max_length'])} characters.`;
  if (type === 'too_long') {
    return `At most ${String(ctx?.['max_length'])} are possible, and these are ${String(ctx?.['actual_length'])}.`;
  }
  if (type === 'string_unicode') return UNSTORABLE;
  if (type === 'value_error' && typeof ctx?.['error'] === 'string') return ctx['error'];
  if (type === 'value_error' && ctx?.['reason'] !== undefined) {
    return `This is not a valid e-mail address: ${ctx['reason'] as string}.`;
  }
  return msg;
}

/**
 * The fields of a posted form, checked against a schema of the API. A `stored` value that is sent
 * again is always valid. Throws ValidationError.
 */
export function readForm<T extends TSchema>(
  request: FastifyRequest,
  schema: T,
  stored?: Readonly<Record<string, unknown>>,
): Static<T> {
  return validateObject(schema, (request.body as object | undefined) ?? {}, stored);
}

/** An error of one field with its own text. */
export function fieldError(name: string, msg: string): ValidationError {
  return fieldErrors({ [name]: msg });
}

/** Errors of several fields with their own texts, by name and in field order. */
export function fieldErrors(texts: Record<string, string>): ValidationError {
  const errors = Object.entries(texts).map(([name, msg]) => ({ loc: ['body', name], msg }));
  return new ValidationError(errors.map((error) => ({ type: 'form', input: null, ...error })));
}

/** Sets a query parameter of one of our paths. */
export function withQuery(path: string, name: string, value: string): string {
  const url = new URL(path, 'http://localhost');
  url.searchParams.set(name, value);
  return url.pathname + url.search + url.hash;
}

/**
 * The path of this blog that `given` names, or `/` for anything that leads elsewhere. `given` may
 * have the base path; the result does not.
 */
export function safePath({ basePath }: BelowPath, given: string | undefined): string {
  const base = 'http://localhost';
  // If the query has it twice, it is a list.
  if (typeof given !== 'string' || !/^\/(?![/\\])/.test(given)) return '/';
  const next = removeBasePath(basePath, given);
  const url = URL.parse(next, base);
  return url?.origin === base && !url.pathname.startsWith('//')
    ? url.pathname + url.search + url.hash
    : '/';
}
