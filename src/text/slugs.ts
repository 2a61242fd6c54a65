/** Prefix for ids of headings, so that they differ from other ids of the page. */
const PREFIX = 'h-';
/** Code points of a slug. */
const SLUG_MAX = 60;

/**
 * Returns a function that makes ids of headings, each only once in a text: letters and digits of
 * all scripts, joined by hyphens. Undefined for a heading without any.
 */
export function newSlugs(): (text: string) => string | undefined {
  const taken = new Map<string, number>();
  return (text) => {
    const words =
      text
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const slug = Array.from(words.join('-')).slice(0, SLUG_MAX).join('');
    if (slug === '') return undefined;
    const before = taken.get(slug) ?? 0;
    taken.set(slug, before + 1);
    // `a 2` after two headings `a` would otherwise be the third `a-2`.
    return before === 0 ? `${PREFIX}${slug}` : `${PREFIX}${slug}.${before + 1}`;
  };
}
