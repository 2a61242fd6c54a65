import type { MarkdownIt, RendererRule, Token } from 'markdown-it';
import { nameKey } from '../../unicode/case-fold.ts';
import type { NamedPerson } from '../rendered.ts';
import type { Rendering } from '../markdown/rules.ts';

/** How many `@` signs of a text may become mentions; later ones stay as they were typed. */
const SIGNS_MAX = 30;
/** Code points of a name. */
const NAME_MAX = 50;

/** An `@` that may begin a mention, and the names that may be meant, the longest first. */
interface Sign {
  at: number;
  names: { name: string; end: number }[];
}

/** The name keys of everybody whom a text may mention. */
export function namedPeople(source: string): string[] {
  const names = signsOf(source).flatMap((sign) => sign.names.map(({ name }) => nameKey(name)));
  return [...new Set(names)];
}

/** Those whom rendered markup mentions, by the names that they had then. */
export function mentionedIn(html: string): NamedPerson[] {
  return Array.from(html.matchAll(MENTION), ([, id, escaped = '']) => {
    const username = escaped.replaceAll(/&(amp|lt|gt|quot);/g, (sign) => ESCAPED[sign] ?? sign);
    return { id: Number(id), username, key: nameKey(username) };
  });
}
const MENTION = /<a class="mention" href="\/users\/(\d+)\/posts">@<bdi>([^<]*)<\/bdi>/g;
const ESCAPED: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** Makes links of the mentions of `env.people`, outside code and links, and notes whom it found. */
export function linkMentions(md: MarkdownIt): void {
  md.core.ruler.push('mentions', (state) => {
    const env = state.env as Rendering;
    const people = new Map(env.people?.map((person) => [person.key, person]));
    if (people.size === 0) return;
    const make = (type: string, rest: Partial<Token>) =>
      Object.assign(new state.Token(type, '', 0), rest);
    for (const token of state.tokens) {
      if (token.type !== 'inline' || !token.children) continue;
      let links = 0;
      token.children = token.children.flatMap((child) => {
        if (child.type === 'link_open') links += 1;
        if (child.type === 'link_close') links -= 1;
        return child.type === 'text' && links === 0 ? split(child, people, make) : [child];
      });
    }
  });
  md.renderer.rules['mention'] = ((tokens, at, _options, env: Rendering) => {
    const { id, username } = (tokens[at] as Token).meta as Mentioned;
    (env.mentioned ??= new Set()).add(id);
    return `<a class="mention" href="/users/${id}/posts">@<bdi>${md.utils.escapeHtml(username)}</bdi></a>`;
  }) as RendererRule;
}

type Mentioned = Pick<NamedPerson, 'id' | 'username'>;
type Make = (type: string, rest: Partial<Token>) => Token;

function split(token: Token, people: Map<string, NamedPerson>, make: Make): Token[] {
  const { content } = token;
  const parts: Token[] = [];
  let done = 0;
  for (const { at, names } of signsOf(content)) {
    if (at < done) continue;
    for (const { name, end } of names) {
      const person = people.get(nameKey(name));
      if (!person) continue;
      if (at > done) parts.push(make('text', { content: content.slice(done, at) }));
      parts.push(
        make('mention', { meta: { id: person.id, username: person.username } satisfies Mentioned }),
      );
      done = end;
      break;
    }
  }
  if (done === 0) return [token];
  if (done < content.length) parts.push(make('text', { content: content.slice(done) }));
  return parts;
}

/** An `@` that is not inside an address or a word. */
const SIGN = /(?<![\p{L}\p{N}_@/.+-])@(?=[^\s@])/gu;
const IN_A_WORD = /^[\p{L}\p{M}\p{N}_]/u;

function signsOf(text: string): Sign[] {
  const signs: Sign[] = [];
  for (const { index } of text.matchAll(SIGN)) {
    if (signs.length === SIGNS_MAX) break;
    // A name may have two code units a code point.
    const rest = text.slice(index + 1, index + 3 + 2 * NAME_MAX);
    signs.push({
      at: index,
      names: rest.startsWith('"') ? quoted(rest, index) : unquoted(rest, index),
    });
  }
  return signs;
}

function quoted(rest: string, at: number): Sign['names'] {
  const [, name] = /^"([^"\n]+)"/.exec(rest) ?? [];
  return name === undefined ? [] : [{ name, end: at + name.length + 3 }];
}

/** Every beginning of the rest of the line that ends at the end of a word. */
function unquoted(rest: string, at: number): Sign['names'] {
  const names: Sign['names'] = [];
  let [name, count] = ['', 0];
  for (const character of rest) {
    if (character === '\n' || count === NAME_MAX) break;
    name += character;
    count += 1;
    const ends = !IN_A_WORD.test(rest.slice(name.length)) && character.trim() !== '';
    if (ends) names.unshift({ name, end: at + 1 + name.length });
  }
  return names;
}
