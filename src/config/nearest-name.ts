/**
 * The one of `names` that was most likely meant by `given`. One that begins with the same word comes before others,
 * and what was left out counts less than what is wrong: `MAIL_USER` is `MAIL_USERNAME`. `slip`: only so much differs
 * as one mistypes.
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

/** The cost of changing `from` into `to`: 1 for a character that goes or changes, a half for one that comes. */
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
