import { parseMicros } from '../../db/time.ts';
import type { FieldError, Loc } from '../../field-errors.ts';
import { emailProblem } from '../../unicode/email-address.ts';
import { tagProblem } from '../../unicode/tag-name.ts';
import { usernameProblem } from '../../unicode/username.ts';
import { isStorable } from '../../unicode/storable.ts';

/**
 * The part of JSON Schema that the routes use. Fastify's own validator is not used: it converts
 * values, stops at the first group that fails, and does not speak the contract's language.
 */
export interface Schema {
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

/**
 * Checks one field, which by its schema is a string, an integer, or a list of strings, perhaps or
 * null. Returns null if it is valid.
 */
export function checkField(schema: Schema, input: unknown, loc: Loc): FieldError | null {
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
  if (!isStorable(input)) {
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

/** Checks a choice: one of a few texts, or null. */
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
