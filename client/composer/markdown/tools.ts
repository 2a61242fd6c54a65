import { isBlock, toggleBlock, type Block } from './blocks.ts';
import { toggleCode } from './code.ts';
import type { Edit, Selected } from './edit.ts';
import { toggleLink } from './links.ts';
import { isMarked, toggleMark, type Mark } from './marks.ts';

/** A tool of the toolbar. */
export interface Tool {
  use: (selected: Selected) => Edit;
  /** Whether the selected text has what the tool makes; absent for a tool that is not a switch. */
  isOn?: (selected: Selected) => boolean;
}

const marking = (mark: Mark): Tool => ({
  use: (selected) => toggleMark(selected, mark),
  isOn: (selected) => isMarked(selected, mark),
});
const blocking = (block: Block): Tool => ({
  use: (selected) => toggleBlock(selected, block),
  isOn: (selected) => isBlock(selected, block),
});

/** By the names that src/drafts/toolbar.views.ts gives them. */
export const TOOLS: Record<string, Tool> = {
  bold: marking('**'),
  italic: marking('*'),
  link: { use: toggleLink },
  heading: blocking('heading'),
  bullets: blocking('bullets'),
  numbers: blocking('numbers'),
  quote: blocking('quote'),
  code: { use: toggleCode, isOn: (selected) => isMarked(selected, '`') },
};
