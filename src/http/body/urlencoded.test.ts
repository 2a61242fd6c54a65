import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseUrlEncoded } from './urlencoded.ts';

const parse = (text: string) => parseUrlEncoded(Buffer.from(text));

test('names and values are decoded as the URL Standard says', () => {
  const cases: [string, Record<string, string>][] = [
    ['', {}],
    ['&&', {}],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=b', { '': 'b' }],
    ['a=b=c', { a: 'b=c' }],
    ['a+b=c+d%2B', { 'a b': 'c d+' }],
    ['%61=%62', { a: 'b' }],
    ['a=%c3%A4&b=ä', { a: 'ä', b: 'ä' }],
    ['a=%&b=%4&c=%zz&d=%%41', { a: '%', b: '%4', c: '%zz', d: '%A' }],
    ['a=%ff', { a: '\ufffd' }],
    ['a=ä%+b%zz', { a: 'ä% b%zz' }],
    ['a=1&a=2', { a: '2' }],
    ['?a=1', { '?a': '1' }],
    ['a=%00', { a: '\0' }],
  ];
  for (const [text, fields] of cases) assert.deepEqual({ ...parse(text) }, fields, text);
});

test('a field named like what objects inherit is a field', () => {
  const fields = parse('__proto__=a&constructor=b');
  assert.deepEqual(Object.entries(fields ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('1,000 fields pass, one more does not', () => {
  assert.equal(
    Object.keys(parse(Array.from({ length: 1000 }, (_, n) => n).join('&')) ?? {}).length,
    1000,
  );
  assert.equal(parse('a&'.repeat(1000) + 'a'), undefined);
});

test('of any ASCII text it reads what URLSearchParams reads', () => {
  const unit = fc.constantFrom('a', '=', '&', '+', '%', '4', 'F', '%C3%A9', '%E2', '%82');
  fc.assert(
    fc.property(fc.string({ unit }), (body) => {
      assert.deepEqual({ ...parse(body) }, Object.fromEntries(new URLSearchParams(body)));
    }),
  );
});

test('URLSearchParams, which takes seconds for a body full of plus signs, is given none', () => {
  const body = Buffer.from('a+b=+c%2B&+=+');
  assert.deepEqual({ ...parseUrlEncoded(body) }, { 'a b': ' c+', ' ': ' ' });
  assert.ok(!body.includes('+'));
});
