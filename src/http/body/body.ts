import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError, ValidationError } from '../../errors.ts';
import { mediaType, refuseEncoded } from './content-type.ts';
import { reserveBodyMemory, registerBodyBudget, tooManyBodies } from './memory-budget.ts';
import { codePoints, findJsonError } from './json-syntax-error.ts';
import { gather } from './gather.ts';
import { findTooMuch } from './json-limits.ts';
import { readFormWithFiles, registerFormFiles } from './form-files.ts';
import { readMultipartFields } from './multipart.ts';
import { sendContinue } from '../connection/head-validation.ts';
import { parseUrlEncoded } from './urlencoded.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the route's body is read; `file` routes read theirs themselves; without it the body is ignored. */
    body?: 'json' | 'form' | 'file';
  }
}

/** The contract's limit for JSON, bytes. */
const JSON_MAX = 8 * 1024 * 1024;
/** Forms hold a few short fields, or a post of at most JSON's size, percent-encoded; bytes. */
const FORM_MAX = 3 * JSON_MAX;
/** Bytes of one text field of a form: as many as JSON allows. Archives rely on this limit. */
const TEXT_MAX = JSON_MAX;

/**
 * Reads bodies as the contract wants them. JSON may come without a content type; with another one,
 * the text itself is passed to validation, which refuses it. Forms become an object of strings, or
 * undefined if the body is not a form.
 */
export function registerBodies(app: FastifyInstance): void {
  app.decorateRequest('contentType', '');
  // Fastify answers 415 to a media type it cannot parse before the route is asked, so the type is
  // hidden from it.
  app.addHook('onRequest', async (request) => {
    request.contentType = request.headers['content-type'] ?? '';
    // For QUERY, Fastify needs a type to find out that no route has this method.
    if (request.method === 'QUERY') request.headers['content-type'] = 'text/plain';
    else delete request.headers['content-type'];
  });
  registerBodyBudget(app);
  registerFormFiles(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const kind = request.routeOptions.config.body;
    if (kind === 'json') return readJson(request);
    if (kind === 'form') return readForm(request);
    return undefined;
  });
}

async function readJson(request: FastifyRequest): Promise<unknown> {
  const bytes = await readBytes(request, JSON_MAX);
  if (bytes.length === 0) return undefined;
  // TextDecoder drops a byte order mark; invalid UTF-8 becomes U+FFFD.
  const text = new TextDecoder().decode(bytes);
  if (request.contentType !== '' && !/^application\/(?:[^/]+\+)?json$/.test(mediaType(request)))
    return text;
  if (!isUtf8(bytes)) throw jsonInvalid(codePoints(text, text.indexOf('\ufffd')), 'Invalid UTF-8');
  const tooMuch = findTooMuch(text);
  if (tooMuch) throw jsonInvalid(codePoints(text, tooMuch.at), tooMuch.message);
  try {
    return JSON.parse(text);
  } catch {
    const { offset, message } = findJsonError(text);
    throw jsonInvalid(offset, message);
  }
}

function jsonInvalid(offset: number, error: string): ValidationError {
  return new ValidationError([
    {
      type: 'json_invalid',
      loc: ['body', offset],
      msg: 'JSON decode error',
      input: {},
      ctx: { error },
    },
  ]);
}

async function readForm(request: FastifyRequest): Promise<Record<string, string> | undefined> {
  const fields = await readFields(request);
  for (const text of Object.values(fields ?? {})) {
    if (Buffer.byteLength(text) > TEXT_MAX) throw tooLarge();
  }
  return fields;
}

async function readFields(request: FastifyRequest): Promise<Record<string, string> | undefined> {
  const type = mediaType(request);
  if (type === 'multipart/form-data') {
    const limits = request.routeOptions.config.files?.(request);
    return limits
      ? readFormWithFiles(request, FORM_MAX, limits)
      : readMultipartFields(request, FORM_MAX);
  }
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const bytes = await readBytes(request, FORM_MAX);
  const fields = parseUrlEncoded(bytes);
  if (fields === undefined) throw tooLarge();
  return fields;
}

const tooLarge = () => new HttpError(413, 'Request body too large');

/** The whole body, or 413 as soon as it is known to be larger than `max` bytes. */
async function readBytes(request: FastifyRequest, max: number): Promise<Buffer> {
  refuseEncoded(request);
  if (Number(request.headers['content-length'] ?? 0) > max) throw tooLarge();
  const gathered = gather();
  let length = 0;
  const { raw } = request;
  const fits = reserveBodyMemory(request);
  sendContinue(raw);
  // `for await` would destroy the socket when left early, and the sender would miss the answer.
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length > max) reject(tooLarge());
    else if (!fits(length)) reject(tooManyBodies());
    else gathered.add(chunk);
  };
  const onCut = () => reject(new HttpError(400, 'Request body was cut short'));
  raw.on('data', onData).once('end', resolve).once('error', onCut).once('close', onCut);
  try {
    await promise;
  } finally {
    raw.off('data', onData).off('end', resolve).off('error', onCut).off('close', onCut).pause();
  }
  return gathered.bytes();
}
