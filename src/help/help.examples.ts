/** One thing that Markdown can do. */
export interface Example {
  title: string;
  /** A remark about what the example does not show. */
  note?: string;
  source: string;
}

export const EXAMPLES: Example[] = [
  {
    title: 'Bold, italic, code',
    source: '**Bold**, *italic*, ~~struck out~~ and `code`.',
  },
  {
    title: 'Lines and paragraphs',
    source: 'A line break\nstays a line break.\n\nAn empty line begins a paragraph.',
  },
  {
    title: 'Headings',
    note: 'Put a space after the #.',
    source: '# A heading\n\n## One below it',
  },
  {
    title: 'Lists',
    note: 'Enter begins the next item. Enter on an empty item ends the list.',
    source: '- Bread\n- Butter\n  - salted\n\n1. Slice\n2. Spread\n\n- [x] Buy bread\n- [ ] Eat it',
  },
  {
    title: 'Links',
    note: 'An address that you paste on selected words makes a link of them.',
    source:
      '[The programme](https://example.org/)\n\nhttps://example.org/ and ann@example.org are links by themselves.',
  },
  {
    title: 'Quotes',
    source: '> The river\n> does not hurry.\n\nSaid at the lock.',
  },
  {
    title: 'Blocks of code',
    note: 'Three backticks before and after. Inside, nothing is Markdown.',
    source: '```\nfor (const boat of boats) {\n  open(lock, boat);\n}\n```',
  },
  {
    title: 'Tables',
    note: 'Colons say on which side a column is aligned.',
    source: '| Boat  | Length |\n| :---- | -----: |\n| Heron |   12 m |\n| Teal  |    7 m |',
  },
  {
    title: 'Footnotes',
    source: 'It rained.[^1]\n\n[^1]: Twice, to be exact.',
  },
  {
    title: 'Dividing line',
    source: 'Before\n\n---\n\nAfter',
  },
  {
    title: 'The signs themselves',
    note: 'A backslash makes the next sign an ordinary one.',
    source: '\\*not italic\\* and 2 \\* 3 \\* 4',
  },
];
