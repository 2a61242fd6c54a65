import { firstGraphemes } from '../cut.ts';

/** Graphemes of a slug in an address. */
const ADDRESS_MAX = 60;
/** Prefix for ids of headings, so that they differ from other ids of the page. */
const PREFIX = 'h-';
/** Code points of such an id. */
const SLUG_MAX = 60;

/**
 * Returns a function that makes ids of headings, each only once in a text: letters and digits of
 * all scripts, joined by hyphens. Undefined for a heading without any.
 */
export function newSlugs(): (text: string) => string | undefined {
  const taken = new Map<string, number>();
  return (text) => {
    const slug = Array.from(hyphenated(text)).slice(0, SLUG_MAX).join('');
    if (slug === '') return undefined;
    const before = taken.get(slug) ?? 0;
    taken.set(slug, before + 1);
    // `a 2` after two headings `a` would otherwise be the third `a-2`.
    return before === 0 ? `${PREFIX}${slug}` : `${PREFIX}${slug}.${before + 1}`;
  };
}

/** A text for an address, in letters and digits of all scripts, not encoded; '' for one without any. */
export function slugOf(text: string): string {
  return firstGraphemes(hyphenated(text), ADDRESS_MAX).replace(/-+$/, '');
}

function hyphenated(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return words?.join('-') ?? '';
}
