import { html as template, raw } from 'hono/html';

declare const escaped: unique symbol;

/** Markup that is safe to send. Only this file makes it; `String(markup)` is its text. */
export interface Html {
  readonly [escaped]: true;
  toString(): string;
}

/** What a template accepts: strings are escaped, Html is not, empty values show nothing. */
export type Child = Html | string | number | null | undefined | false | readonly Child[];

/**
 * The template tag of all views. Values are escaped for text and for attributes in double quotes,
 * and nowhere else: never build a URL's scheme, a script or a style from a value.
 */
export const html = template as unknown as (
  strings: TemplateStringsArray,
  ...values: Child[]
) => Html;

/** ` name="value"`, or nothing for an absent value; `true` gives the bare attribute. */
export function attribute(name: string, value: string | number | boolean | undefined): Html | null {
  if (value === undefined || value === false) return null;
  return value === true ? html` ${name}` : html` ${name}="${value}"`;
}

/** Stored markup, which was made safe before it was stored. */
export function trusted(markup: string): Html {
  return raw(markup) as unknown as Html;
}
