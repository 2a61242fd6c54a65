import { editOf, type Change, type Edit, type Selected } from './edit.ts';
import { lineAt, linesOf, type Line } from './lines.ts';

/** What a whole line can be. */
export type Block = 'bullets' | 'numbers' | 'quote' | 'heading';

/** How such a line begins, behind its indent. */
const BEGINS: Record<Block, RegExp> = {
  bullets: /^[-*+] (?:\[[ xX]\] )?/,
  numbers: /^\d{1,9}[.)] /,
  quote: /^> ?/,
  heading: /^#{1,6} /,
};
/** A line can be only one of these. */
const ONE_OF: Block[] = ['bullets', 'numbers', 'heading'];

/** Whether the line in which the selection begins is such a block. */
export function isBlock({ text, start }: Selected, block: Block): boolean {
  return beginning(text, lineAt(text, start), block) !== null;
}

/** Makes the selected lines a list, a quote or headings, or plain again if all of them are. */
export function toggleBlock(selected: Selected, block: Block): Edit {
  const { text } = selected;
  const all = linesOf(selected);
  const written = all.filter(({ start, end }) => text.slice(start, end).trim() !== '');
  // Blank lines belong to a quote; a single one can begin anything.
  const lines = written.length === 0 || block === 'quote' ? all : written;
  const remove = lines.every((line) => beginning(text, line, block) !== null);
  const changes = lines.map((line, index): Change => {
    const at = line.start + indentOf(text, line, block);
    if (remove) return { at, remove: beginning(text, line, block)?.length ?? 0, insert: '' };
    const others = block === 'quote' ? [] : ONE_OF;
    const old = others.map((other) => beginning(text, line, other)?.length ?? 0);
    return { at, remove: Math.max(0, ...old), insert: prefix(block, index) };
  });
  return editOf(selected, changes);
}

function prefix(block: Block, index: number): string {
  return { bullets: '- ', numbers: `${index + 1}. `, quote: '> ', heading: '# ' }[block];
}

/** How long a line's indent is, with the quote marks in which lists and headings can be. */
function indentOf(text: string, { start, end }: Line, block: Block): number {
  const indent = block === 'quote' ? /^ */ : /^ *(?:> ?)*/;
  return indent.exec(text.slice(start, end))?.[0].length ?? 0;
}

/** The sign that makes the line such a block; null if it is not one. */
function beginning(text: string, line: Line, block: Block): string | null {
  const rest = text.slice(line.start + indentOf(text, line, block), line.end);
  return BEGINS[block].exec(rest)?.[0] ?? null;
}
