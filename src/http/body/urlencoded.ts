/** Fields of one form; ours have fewer than ten. */
const FIELDS_MAX = 1000;

const AMPERSAND = 0x26;
const PLUS = 0x2b;
const SPACE = 0x20;

/**
 * The fields of an `application/x-www-form-urlencoded` body, by the URL Standard's rules; if a name
 * occurs twice, the last value counts. Undefined when there are more than 1,000. Changes `bytes`:
 * the standard's plus signs become spaces first, since URLSearchParams takes seconds for a body
 * full of them (docs/measurements/forms.md).
 */
export function parseUrlEncoded(bytes: Buffer): Record<string, string> | undefined {
  let count = 1;
  for (let at = bytes.indexOf(AMPERSAND); at !== -1; at = bytes.indexOf(AMPERSAND, at + 1)) {
    if (++count > FIELDS_MAX) return undefined;
  }
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === PLUS) bytes[at] = SPACE;
  const fields: Record<string, string> = Object.create(null);
  // URLSearchParams drops a leading question mark, which belongs to the first name; the ampersand
  // prevents that.
  for (const [name, value] of new URLSearchParams(`&${bytes.toString()}`)) fields[name] = value;
  return fields;
}
