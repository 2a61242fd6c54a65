import type { MarkdownIt, Token } from 'markdown-it';

const BOX = /^\[([ xX])\](?:\s+|$)/;

/** Turns `[ ]` and `[x]` at the beginning of a list item into a box, for the renderer's rule `task`. */
export function markTasks(md: MarkdownIt): void {
  md.core.ruler.after('inline', 'tasks', ({ tokens, Token }) => {
    for (const [at, item] of tokens.entries()) {
      const [paragraph, inline] = [tokens[at + 1], tokens[at + 2]];
      const first = inline?.children?.[0];
      const box = isItem(item, paragraph) && first?.type === 'text' && BOX.exec(first.content);
      if (!box || !inline?.children || !first) continue;
      const task = new Token('task', '', 0);
      task.meta = { done: box[1] !== ' ' };
      first.content = first.content.slice(box[0].length);
      inline.children.unshift(task);
      item.attrJoin('class', 'task');
    }
  });
}

function isItem(item: Token, paragraph: Token | undefined): boolean {
  return item.type === 'list_item_open' && paragraph?.type === 'paragraph_open';
}
