import assert from 'node:assert/strict';
import type { Answer } from './client.ts';

type Loc = (string | number)[];

/** One entry of a 422's `detail`. */
export interface Entry {
  type: string;
  loc: Loc;
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

export const missing = (loc: Loc, input: unknown = null): Entry => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input,
});

export const stringType = (loc: Loc, input: unknown): Entry => ({
  type: 'string_type',
  loc,
  msg: 'Input should be a valid string',
  input,
});

export const tooShort = (loc: Loc, min_length: number, input: string): Entry => ({
  type: 'string_too_short',
  loc,
  msg: `String should have at least ${min_length} character${min_length === 1 ? '' : 's'}`,
  input,
  ctx: { min_length },
});

export const tooLong = (loc: Loc, max_length: number, input: string): Entry => ({
  type: 'string_too_long',
  loc,
  msg: `String should have at most ${max_length} characters`,
  input,
  ctx: { max_length },
});

export const notUnicode = (loc: Loc, input: string): Entry => ({
  type: 'string_unicode',
  loc,
  msg: 'Input should be a valid string, unable to parse raw data as a unicode string',
  input,
});

/** A refused e-mail address, for any reason. */
export const badEmail = (loc: Loc, input: string): Entry => ({
  type: 'value_error',
  loc,
  msg: 'value is not a valid email address: ANY',
  input,
  ctx: { reason: 'ANY' },
});

export const notAnInteger = (loc: Loc, input: string): Entry => ({
  type: 'int_parsing',
  loc,
  msg: 'Input should be a valid integer, unable to parse string as an integer',
  input,
});

export const tooSmall = (loc: Loc, ge: number, input: string): Entry => ({
  type: 'greater_than_equal',
  loc,
  msg: `Input should be greater than or equal to ${ge}`,
  input,
  ctx: { ge },
});

export const tooBig = (loc: Loc, le: number, input: string): Entry => ({
  type: 'less_than_equal',
  loc,
  msg: `Input should be less than or equal to ${le}`,
  input,
  ctx: { le },
});

export const notAnObject = (input: unknown): Entry => ({
  type: 'model_attributes_type',
  loc: ['body'],
  msg: 'Input should be a valid dictionary or object to extract fields from',
  input,
});

/** A JSON body that is invalid from `offset` on, for any reason. */
export const badJson = (offset: number): Entry => ({
  type: 'json_invalid',
  loc: ['body', offset],
  msg: 'JSON decode error',
  input: {},
  ctx: { error: 'ANY' },
});

/** Asserts a 422 with exactly these entries, in this order, with their keys in order. */
export function assertInvalid(answer: Answer, expected: Entry[]): void {
  assert.equal(answer.status, 422, answer.text.slice(0, 500));
  const { detail } = answer.body as { detail: Entry[] };
  assert.deepEqual(detail.map(withoutReason), expected);
  for (const entry of detail) {
    const keys = ['type', 'loc', 'msg', 'input', ...(entry.ctx ? ['ctx'] : [])];
    assert.deepEqual(Object.keys(entry), keys);
  }
}

/** Replaces the words that the contract leaves open by ANY, after checking that they exist. */
function withoutReason(entry: Entry): Entry {
  const words = entry.type === 'value_error' ? 'reason' : 'error';
  const given = entry.ctx?.[words];
  if (typeof given !== 'string') return entry;
  assert.notEqual(given, '');
  return { ...entry, msg: entry.msg.replace(given, 'ANY'), ctx: { ...entry.ctx, [words]: 'ANY' } };
}
