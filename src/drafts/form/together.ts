import { loadDiff } from '../../text/diff.ts';

/**
 * Comparing blocks everybody else, so it stops after this many milliseconds; the whole texts then
 * count as different.
 */
const TIMEOUT_MS = 200;

/** A passage of two texts: in both, or how each has it. */
export type Passage = { both: string } | { mine: string; theirs: string };

/** Two texts side by side, by whole lines. */
export function compare(mine: string, theirs: string): Passage[] {
  // Without the line break at the end, the same last line would differ.
  const { diffLines } = loadDiff();
  const changes = diffLines(ended(theirs), ended(mine), { timeout: TIMEOUT_MS });
  if (!changes) return [{ mine, theirs }];
  const passages: Passage[] = [];
  for (const { added, removed, value } of changes) {
    const last = passages.at(-1);
    if (!added && !removed) passages.push({ both: value });
    else if (last && 'mine' in last) last[added ? 'mine' : 'theirs'] += value;
    else passages.push(added ? { mine: value, theirs: '' } : { mine: '', theirs: value });
  }
  return passages;
}

const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** Begins each line that says which version a passage is from. */
const MARK = '▸▸▸';

/** One text for editing: common passages once, differing ones both, one after the other, marked. */
export function joined(mine: string, theirs: string): string {
  const parts = compare(mine, theirs).map((passage) => {
    if ('both' in passage) return passage.both;
    return `${marked('Your version:', passage.mine)}${marked('The saved version:', passage.theirs)}${MARK} End of what differs\n`;
  });
  return parts.join('').replace(/\n$/, '');
}

function marked(label: string, text: string): string {
  return `${MARK} ${label}\n${ended(text)}`;
}

/** Whether a text has such lines. */
export function hasMarks(content: string): boolean {
  return new RegExp(`^${MARK} (?:Your version:|The saved version:|End of what differs)`, 'm').test(
    content,
  );
}
