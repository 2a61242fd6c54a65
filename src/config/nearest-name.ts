/**
 * The one of `names` that `given` most likely means. Names with the same first word come first, and
 * missing characters cost less than wrong ones: `MAIL_USER` means `MAIL_USERNAME`. `slip`: the
 * difference is small enough for a typing error.
 */
export function nearestName(
  given: string,
  names: readonly string[],
): { name: string; slip: boolean } {
  const upper = given.toUpperCase();
  const word = familyOf(upper);
  const family = names.filter((name) => word !== '' && familyOf(name) === word);
  const [best = { name: '', far: Infinity }] = (family.length > 0 ? family : names)
    .map((name) => ({ name, far: distance(upper, name) }))
    .toSorted((a, b) => a.far - b.far);
  return { name: best.name, slip: best.far <= given.length / 5 };
}

/** The first of several words: `MAIL` of `MAIL_SERVER`; '' for a name of one word. */
export function familyOf(name: string): string {
  return /^([A-Z\d]+)_/i.exec(name)?.[1]?.toUpperCase() ?? '';
}

/** The cost of changing `from` into `to`: 1 for a removed or changed character, a half for an added one. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index / 2);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 0.5));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
