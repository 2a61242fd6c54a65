import assert from 'node:assert/strict';
import { type Person, send, type Sent } from './client.ts';
import { elementsOf } from './markup.ts';

/** A page as it was received: its text is the markup. */
export interface Seen {
  status: number;
  headers: Headers;
  text: string;
  /** Where a redirect leads, or ''. */
  location: string;
}

/**
 * Somebody who looks at pages and posts forms without a browser: cookies are kept and sent back,
 * redirects are not followed. `headers` are sent with every request.
 */
export function createVisitor(base: string, headers: Record<string, string> = {}) {
  const cookies = new Map<string, string>();

  async function ask(method: string, path: string, sent: Sent = {}): Promise<Seen> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...headers, ...(cookie !== '' && { cookie }), ...sent.headers };
    const answer = await send(base, method, path, { ...sent, headers: all });
    for (const line of answer.headers.getSetCookie()) keep(line);
    const location = answer.headers.get('location') ?? '';
    return { status: answer.status, headers: answer.headers, text: answer.text, location };
  }

  function keep(line: string): void {
    const [pair = ''] = line.split(';', 1);
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }

  const get = (path: string, more: Record<string, string> = {}) =>
    ask('GET', path, { headers: more });
  const post = (
    path: string,
    form: Record<string, string> = {},
    more: Record<string, string> = {},
  ) => ask('POST', path, { form, headers: more });

  /** Logs in with the form. */
  async function signIn({ email, password }: { email: string; password: string }): Promise<void> {
    const answer = await post('/login', { username: email, password });
    assert.equal(answer.status, 303, answer.text);
  }

  /** Follows the redirect of an accepted form; returns the next page. */
  async function follow({ status, location, text }: Seen): Promise<Seen> {
    assert.equal(status, 303, text);
    return get(location);
  }

  return { ask, get, post, signIn, follow, cookies };
}

export type Visitor = ReturnType<typeof createVisitor>;

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Text as a reader sees it, of markup without tags. */
function plain(markup: string): string {
  return markup.replaceAll(/&[#\w]+;/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The window's title. */
export function titleOf({ text }: Seen): string {
  return plain(/<title>([^<]*)<\/title>/.exec(text)?.[1] ?? '');
}

/** The text of the only element with this id, without its tags; '' if there is none. */
export function textOf({ text }: Seen, id: string): string {
  const inner = new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(text)?.[2];
  return plain((inner ?? '').replaceAll(/<[^>]*>/g, ''));
}

/** The page's status message. */
export function statusOf(page: Seen): string {
  return textOf(page, 'status');
}

/** The text above the fields of a refused form. */
export function summaryOf({ text }: Seen): string {
  const found = [...text.matchAll(/<div class="alert alert-danger"[^>]*>([^<]*)<\/div>/g)];
  return plain(found.map(([, summary]) => summary).join(''));
}

/** The errors of a refused form, by field. */
export function errorsOf({ text }: Seen): Record<string, string> {
  const found = text.matchAll(/<p class="field-error" id="([\w-]+)-error"[^>]*>([^<]+)<\/p>/g);
  return Object.fromEntries([...found].map(([, name, error]) => [name, plain(error ?? '')]));
}

/** The values of a page's fields, hidden ones too; undefined for a field without a value. */
export function valuesOf({ text }: Seen): Record<string, string | undefined> {
  const inputs = elementsOf(text).filter(({ name }) => name === 'input');
  const areas = text.matchAll(/<textarea[^>]* name="([\w-]+)"[^>]*>\n?([^<]*)<\/textarea>/g);
  return Object.fromEntries([
    ...inputs.map(({ attributes }) => [attributes['name'] ?? '', attributes['value']]),
    ...[...areas].map(([, name, value]) => [name, plain(value ?? '')]),
  ]) as Record<string, string | undefined>;
}

/** The addresses of a page's links, in order. */
export function linksOf({ text }: Seen): string[] {
  const links = elementsOf(text).filter(({ name }) => name === 'a');
  return links.map(({ attributes }) => attributes['href'] ?? '');
}

/**
 * The first field, or the summary, that takes the focus when the page opens; the buttons of a
 * closed dialog cannot.
 */
export function focusOf({ text }: Seen): string | undefined {
  const focused = elementsOf(text).find(
    ({ name, attributes }) => 'autofocus' in attributes && name !== 'button',
  );
  return focused?.attributes['name'] ?? focused?.attributes['role'];
}

/** User agents of two browsers, which the list of sessions names. */
export const CHROME = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A visitor with this browser who has logged in. */
export async function signedIn(url: string, person: Person, userAgent = CHROME): Promise<Visitor> {
  const visitor = createVisitor(url, { 'user-agent': userAgent });
  await visitor.signIn(person);
  return visitor;
}
