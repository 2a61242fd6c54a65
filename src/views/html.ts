import { html as template } from 'hono/html';

declare const escaped: unique symbol;

/** Markup that is safe to send: only `html` makes it, and `String(markup)` is its text. */
export interface Html {
  readonly [escaped]: true;
  toString(): string;
}

/** What may stand in a template: strings are escaped, Html is not, the empty values show nothing. */
export type Child = Html | string | number | null | undefined | false | readonly Child[];

/**
 * The tag of every view's template. Values are escaped for text and for attributes in double
 * quotes, nowhere else: a URL's scheme, a script or a style must never come from a value.
 */
export const html = template as unknown as (
  strings: TemplateStringsArray,
  ...values: Child[]
) => Html;

/** ` name="value"`, or nothing for an absent value; `true` is the bare attribute. */
export function attribute(name: string, value: string | number | boolean | undefined): Html | null {
  if (value === undefined || value === false) return null;
  return value === true ? html` ${name}` : html` ${name}="${value}"`;
}
