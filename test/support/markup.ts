/** One tag of the markup; attribute values are unescaped. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
}

const VOID = new Set(['input', 'img', 'meta', 'link', 'br', 'hr']);
const TAG = /<(?:!doctype html|(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<]*")?)*)\s*(\/?))>/gi;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * The elements of a page in order. Stricter than a browser: throws for a tag that is not closed in
 * order, and for a `<` that does not begin one of our templates' tags.
 */
export function elementsOf(page: string): Element[] {
  const found: Element[] = [];
  const open: string[] = [];
  const rest = page.replaceAll(TAG, (_tag, close, name: string | undefined, attributes, empty) => {
    if (name === undefined) return '';
    if (close) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
      return '';
    }
    found.push({ name, attributes: attributesOf(String(attributes)) });
    if (!VOID.has(name) && !empty) open.push(name);
    return '';
  });
  if (open.length > 0) throw new Error(`<${open.join('><')}> stay open`);
  if (rest.includes('<')) throw new Error(`stray < in ${rest.slice(rest.indexOf('<'), 80)}`);
  return found;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi);
  return Object.fromEntries(
    [...pairs].map(([, name = '', value = '']) => [name, unescaped(value)]),
  );
}

function unescaped(text: string): string {
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
