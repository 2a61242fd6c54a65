import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { parseMicros } from '../../db/time.ts';
import { ValidationError } from '../../errors.ts';
import {
  aboveMaximum,
  belowMinimum,
  missing,
  notAnInteger,
  type FieldError,
  type Loc,
} from '../../field-errors.ts';
import { emailProblem } from '../../unicode/email-address.ts';
import { tagProblem } from '../../unicode/tag-name.ts';
import { usernameProblem } from '../../unicode/username.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In the path, a hyphen and a name may follow the number: `/posts/12-soup-rota`. */
    slug?: true;
    /** Values of body fields, by name, that are stored: sent again, each is valid whatever its format. */
    stored?: (request: FastifyRequest) => Stored;
  }
}

/** What fields hold already, by their names. */
type Stored = Readonly<Record<string, unknown>>;

/**
 * The part of JSON Schema that the routes use. Fastify's own validator is not used: it converts
 * values, stops at the first group that fails, and does not speak the contract's language.
 */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  items?: Schema;
  const?: string;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** An id that no row has. Ids outside 1 to 2^53 − 1 become it, so they are simply not found. */
const NO_ID = 0;

/**
 * Checks path, query and body against the route's schema, in this order, and replaces them by the
 * result: numbers as numbers, defaults filled in, unknown fields removed. Throws one
 * ValidationError with everything that is wrong.
 */
export function validateRequest(request: FastifyRequest): void {
  const errors: FieldError[] = [];
  const { schema, config } = request.routeOptions;
  if (schema?.params) request.params = readPath(request, errors);
  if (schema?.querystring) {
    request.query = readQuery(schema.querystring, request.query, errors);
  }
  if (schema?.body && config.body === 'json') {
    request.body = readObject(schema.body, request.body, errors, config.stored?.(request));
  } else if (schema?.body && config.body === 'form') {
    request.body = readForm(schema.body, request.body, errors);
  }
  if (errors.length > 0) throw new ValidationError(errors);
}

/** Checks only the path, for routes that answer before their body is read. */
export function validatePath(request: FastifyRequest): void {
  const errors: FieldError[] = [];
  request.params = readPath(request, errors);
  if (errors.length > 0) throw new ValidationError(errors);
}

/**
 * Checks an object like a JSON body, for input that does not come from a route. What is `stored` is valid when it is
 * sent again, whatever its format. Throws ValidationError.
 */
export function validateObject<T extends TSchema>(
  schema: T,
  given: object,
  stored?: Stored,
): Static<T> {
  const errors: FieldError[] = [];
  const values = readObject(schema, given, errors, stored);
  if (errors.length > 0) throw new ValidationError(errors);
  return values as Static<T>;
}

function readPath(request: FastifyRequest, errors: FieldError[]): Record<string, number> {
  const ids: Record<string, number> = {};
  for (const [name, raw] of Object.entries(request.params as Record<string, string | number>)) {
    // A number if validatePath has read it before.
    const id = typeof raw === 'number' ? raw : readId(request, raw, ['path', name], errors);
    ids[name] = Number.isSafeInteger(id) && id >= 1 ? id : NO_ID;
  }
  return ids;
}

/**
 * NaN after an error. A page's address that begins with a number and goes on, as one does that was copied with the
 * bracket behind it, is that of nothing.
 */
function readId(request: FastifyRequest, raw: string, loc: Loc, errors: FieldError[]): number {
  const { slug } = request.routeOptions.config;
  if (slug && /^\d+-/.test(raw)) return Number.parseInt(raw, 10);
  const isApi = request.routeOptions.url?.startsWith('/api/');
  return !isApi && /^\d+\D/.test(raw) ? NO_ID : readInteger(raw, loc, errors);
}

function readQuery(schema: Schema, given: unknown, errors: FieldError[]): Record<string, unknown> {
  const query = given as Record<string, string | string[] | undefined>;
  const values: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const raw = [query[name]].flat().at(-1);
    if (raw === undefined) {
      values[name] = property.default;
      continue;
    }
    const loc = ['query', name];
    if (property.type === 'string') {
      const error = checkField(property, raw, loc);
      if (error) errors.push(error);
      values[name] = raw;
      continue;
    }
    const value = readInteger(raw, loc, errors);
    const { minimum: ge = -Infinity, maximum: le = Number.MAX_SAFE_INTEGER } = property;
    if (value < ge) errors.push(belowMinimum(loc, ge, raw));
    else if (value > le) errors.push(aboveMaximum(loc, le, raw));
    values[name] = value;
  }
  return values;
}

/** NaN after an error; comparisons with it are false. */
function readInteger(raw: string, loc: Loc, errors: FieldError[]): number {
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  errors.push(notAnInteger(loc, raw));
  return NaN;
}

function readObject(
  schema: Schema,
  given: unknown,
  errors: FieldError[],
  stored: Stored = {},
): unknown {
  if (given === undefined || given === null) {
    errors.push(missing(['body'], null));
    return undefined;
  }
  if (typeof given !== 'object' || Array.isArray(given)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    errors.push({ type: 'model_attributes_type', loc: ['body'], msg, input: given });
    return undefined;
  }
  const values: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const loc = ['body', name];
    if (Object.hasOwn(given, name)) {
      const value = (given as Record<string, unknown>)[name];
      const known = value !== undefined && value === stored[name];
      const error = known ? null : checkField(property, value, loc);
      if (error) errors.push(error);
      values[name] = value;
    } else if (schema.required?.includes(name)) {
      errors.push(missing(loc, given));
    }
  }
  return values;
}

function readForm(schema: Schema, given: unknown, errors: FieldError[]): Record<string, string> {
  const form = (given ?? {}) as Record<string, string>;
  const values: Record<string, string> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const loc = ['body', name];
    const value = form[name] ?? '';
    if (value !== '') {
      const error = checkField(property, value, loc);
      if (error) errors.push(error);
      values[name] = value;
    } else if (schema.required?.includes(name)) {
      errors.push(missing(loc, null));
    }
  }
  return values;
}

/** Every field of a body is a string, an integer or a list of strings; or one of them or null. */
function checkField(schema: Schema, input: unknown, loc: Loc): FieldError | null {
  const choices = (schema.anyOf ?? []).flatMap(({ const: choice }) => choice ?? []);
  if (choices.length > 0) return checkChoice(choices, input, loc);
  if (schema.anyOf) {
    const other = schema.anyOf.find(({ type }) => type !== 'null');
    return input === null || !other ? null : checkField(other, input, loc);
  }
  if (schema.type === 'integer') return checkInteger(input, loc);
  if (schema.type === 'array') return checkList(schema, input, loc);
  if (typeof input !== 'string') {
    return { type: 'string_type', loc, msg: 'Input should be a valid string', input };
  }
  if (input.includes('\0') || !input.isWellFormed()) {
    const msg = 'Input should be a valid string, unable to parse raw data as a unicode string';
    return { type: 'string_unicode', loc, msg, input };
  }
  return checkText(schema, input, loc);
}

function checkInteger(input: unknown, loc: Loc): FieldError | null {
  if (Number.isInteger(input)) return null;
  return { type: 'int_type', loc, msg: 'Input should be a valid integer', input };
}

/** The first of the errors of a list's entries, or that it has too many. */
function checkList(schema: Schema, input: unknown, loc: Loc): FieldError | null {
  if (!Array.isArray(input)) {
    return { type: 'list_type', loc, msg: 'Input should be a valid list', input };
  }
  const { items = {}, maxItems: max_length = Infinity } = schema;
  const actual_length = input.length;
  if (actual_length > max_length) {
    const msg = `List should have at most ${max_length} items after validation, not ${actual_length}`;
    const ctx = { field_type: 'List', max_length, actual_length };
    return { type: 'too_long', loc, msg, input, ctx };
  }
  for (const [index, entry] of input.entries()) {
    const error = checkField(items, entry, [...loc, index]);
    if (error) return error;
  }
  return null;
}

/** One of a few texts, or null. */
function checkChoice(choices: string[], input: unknown, loc: Loc): FieldError | null {
  if (input === null || choices.includes(input as string)) return null;
  const quoted = choices.map((choice) => `'${choice}'`);
  const expected = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ');
  const msg = `Input should be ${expected}`;
  return { type: 'literal_error', loc, msg, input, ctx: { expected } };
}

function checkText(schema: Schema, input: string, loc: Loc): FieldError | null {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema;
  const length = codePoints(input, maxLength === Infinity ? minLength : maxLength + 1);
  if (length < minLength) {
    const msg = `String should have at least ${characters(minLength)}`;
    return { type: 'string_too_short', loc, msg, input, ctx: { min_length: minLength } };
  }
  if (length > maxLength) {
    const msg = `String should have at most ${characters(maxLength)}`;
    return { type: 'string_too_long', loc, msg, input, ctx: { max_length: maxLength } };
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(input)) {
    const msg = `String should match pattern '${pattern}'`;
    return { type: 'string_pattern_mismatch', loc, msg, input, ctx: { pattern } };
  }
  return checkFormat(format, input, loc);
}

/** Formats of our own: what is wrong with a text, as a sentence. */
const OWN_FORMATS: Record<string, (text: string) => string | null> = {
  username: usernameProblem,
  tag: tagProblem,
};

function checkFormat(format: string | undefined, input: string, loc: Loc): FieldError | null {
  const type = 'value_error';
  const reason = format === 'email' ? emailProblem(input) : null;
  if (reason !== null) {
    const msg = `value is not a valid email address: ${reason}`;
    return { type, loc, msg, input, ctx: { reason } };
  }
  if (format === 'date-time' && parseMicros(input) === undefined) {
    const msg = 'Input should be a valid datetime with a time zone';
    return {
      type: 'datetime_parsing',
      loc,
      msg,
      input,
      ctx: { error: 'not ISO 8601 with a zone' },
    };
  }
  const error = OWN_FORMATS[format ?? '']?.(input) ?? null;
  return error === null ? null : { type, loc, msg: `Value error, ${error}`, input, ctx: { error } };
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

/** Code points of `text`, counted no further than `enough`. */
function codePoints(text: string, enough: number): number {
  if (text.length <= 1) return text.length;
  let count = 0;
  for (const _ of text) if (++count >= enough) break;
  return count;
}
