// What the text of a variable means; each returns undefined for what it does not accept.

export const text = (value: string) => value;
export const oneOf =
  <const T extends string>(...options: T[]) =>
  (value: string) =>
    options.find((option) => option.toLowerCase() === value.toLowerCase());
export const integer = (min: number, max: number) => (value: string) =>
  /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max
    ? Number(value)
    : undefined;
const WORDS: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};
export const bool = (value: string) => WORDS[value.toLowerCase()];
const origin = (value: string) => {
  const url = URL.parse(value);
  return url && /^https?:$/.test(url.protocol) ? value.replace(/\/+$/, '') : undefined;
};

/**
 * The address that people open, without a slash at the end. Its path may have only characters that
 * every proxy, cookie and browser writes the same way.
 */
export const publicAddress = (value: string) =>
  /^[^/]+:\/\/[^/?#@\s\\]+(?:\/(?!\.\.?(?:\/|$))[\w.~-]+)*\/*$/.test(value)
    ? origin(value)
    : undefined;

/** An address that paths are appended to, so without query, fragment or credentials. */
export const base = (value: string) =>
  /[?#@]/.test(value) || /\s/.test(value) ? undefined : origin(value);

/** How a mail server may be greeted: a host name, or an address in brackets (RFC 5321, 4.1.3). */
export const greeting = (value: string) =>
  /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i.test(value) ||
  /^\[(?:IPv6:)?[\da-f:.]+\]$/i.test(value)
    ? value
    : undefined;

/**
 * Also accepts SQLAlchemy's spelling with its driver: `sqlite+aiosqlite:///./blog.db`. Refuses a
 * URL with an `@` behind a `/`, `?` or `#`: it has a password that would end up in the host name.
 */
export function databaseLocation(value: string): { file: string } | { url: string } | undefined {
  const file = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/.exec(value)?.[1];
  if (file !== undefined) return { file };
  // Rewritten to the only scheme that the driver accepts.
  const rest = /^postgres(?:ql)?(?:\+\w+)?:(\/\/.+)$/.exec(value)?.[1];
  if (rest === undefined || /^\/\/[^/?#]*[/?#].*@/.test(rest)) return undefined;
  const url = `postgresql:${rest}`;
  return URL.canParse(url) ? { url } : undefined;
}

/** `loopback`-style names and CIDR lists are Fastify's own; a number counts proxies. */
export function proxies(value: string): boolean | number | string | undefined {
  const word = bool(value);
  if (word === false || (word === true && value !== '1')) return word;
  if (/^\d{1,2}$/.test(value)) return Number(value);
  return /^[\da-f.:/, ]+$/i.test(value) ? value : undefined;
}
