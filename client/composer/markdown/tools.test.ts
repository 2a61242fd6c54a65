import assert from 'node:assert/strict';
import { test } from 'node:test';
import { continueBlock } from './continue.ts';
import type { Edit, Selected } from './edit.ts';
import { isAddress, pasteLink } from './links.ts';
import { TOOLS } from './tools.ts';

/** A text with `|` at both ends of what is selected, or once at the caret. */
function read(marked: string): Selected {
  const [before = '', selected = '', behind] = marked.split('|');
  const start = before.length;
  if (behind === undefined) return { text: before + selected, start, end: start };
  return { text: before + selected + behind, start, end: start + selected.length };
}

function write({ text }: Selected, { from, to, insert, start, end }: Edit): string {
  const next = text.slice(0, from) + insert + text.slice(to);
  const caret = start === end ? '' : `${next.slice(start, end)}|`;
  return `${next.slice(0, start)}|${caret}${next.slice(end)}`;
}

function use(name: string, marked: string): string {
  const selected = read(marked);
  const tool = TOOLS[name];
  assert.ok(tool);
  return write(selected, tool.use(selected));
}

const USES: Record<string, [before: string, after: string][]> = {
  bold: [
    ['a |word| b', 'a **|word|** b'],
    ['a **|word|** b', 'a |word| b'],
    ['a |**word**| b', 'a |word| b'],
    ['a **two |words|** b', 'a two |words| b'],
    ['a wo|rd b', 'a **wo|rd** b'],
    ['a |word b', 'a **|**word b'],
    ['a word| b', 'a word**|** b'],
    ['a **word|** b', 'a **word**| b'],
    ['a **two| words** b', 'a two| words b'],
    ['a **wo|rd** b', 'a wo|rd b'],
    ['a | b', 'a **|** b'],
    ['a **|** b', 'a | b'],
    ['|', '**|**'],
    ['*|word|*', '***|word|***'],
    ['***|word|***', '*|word|*'],
    ['a| word |b', 'a **|word|** b'],
    ['|- one\n- two|', '- **|one**\n- **two|**'],
    ['- **|one**\n- **two|**', '- |one\n- two|'],
    ['**|one**\ntwo|', '**|one**\n**two|**'],
    ['|a\n\nb|', '**|a**\n\n**b|**'],
    ['> # |x|', '> # **|x|**'],
    ['|Żółć|', '**|Żółć|**'],
  ],
  italic: [
    ['|word|', '*|word|*'],
    ['*|word|*', '|word|'],
    ['**|word|**', '***|word|***'],
    ['***|word|***', '**|word|**'],
    ['* |one|', '* *|one|*'],
  ],
  code: [
    ['|x|', '`|x|`'],
    ['`|x|`', '|x|'],
    ['``|x|``', '|x|'],
    ['|a\nb|', '```\n|a\nb|\n```'],
    ['c\n|a\nb|\nd', 'c\n```\n|a\nb|\n```\nd'],
    ['c\n```\n|a\nb|\n```\nd', 'c\n|a\nb|\nd'],
  ],
  bullets: [
    ['o|ne', '- o|ne'],
    ['|', '- |'],
    ['- o|ne', 'o|ne'],
    ['|one\n\ntwo|\nthree', '- |one\n\n- two|\nthree'],
    ['1. |one\n2. two|', '- |one\n- two|'],
    ['- [ ] o|ne', 'o|ne'],
    ['> o|ne', '> - o|ne'],
  ],
  numbers: [
    ['|one\ntwo|', '1. |one\n2. two|'],
    ['1. |one\n2. two|', '|one\ntwo|'],
    ['- o|ne', '1. o|ne'],
  ],
  quote: [
    ['|one\n\ntwo|', '> |one\n> \n> two|'],
    ['> |one\n> \n> two|', '|one\n\ntwo|'],
    ['- o|ne', '> - o|ne'],
  ],
  heading: [
    ['o|ne', '# o|ne'],
    ['## o|ne', 'o|ne'],
    ['- o|ne', '# o|ne'],
  ],
  link: [
    ['a |word| b', 'a [word](|https://|) b'],
    ['a | b', 'a [|](https://) b'],
    ['|https://a.example/|', '[|](https://a.example/)'],
    ['a [wo|rd](https://a.example/) b', 'a wo|rd b'],
    ['a |[word](https://a.example/)| b', 'a |word| b'],
    ['[a](x) |b|', '[a](x) [b](|https://|)'],
  ],
};

for (const [name, uses] of Object.entries(USES)) {
  test(`the tool "${name}" puts its marks in place and takes them away`, () => {
    for (const [before, after] of uses) assert.equal(use(name, before), after, before);
  });
}

test('the same tool again takes back what it did', () => {
  for (const name of ['bold', 'italic', 'code', 'bullets', 'numbers', 'quote', 'heading']) {
    for (const marked of ['a |word| b', '|one\ntwo|', 'wo|rd']) {
      const { text } = read(marked);
      const once = use(name, marked);
      if (read(once).text.length < text.length) continue;
      assert.equal(read(use(name, once)).text, text, `${name}: ${marked} became ${once}`);
    }
  }
});

test('a tool tells whether the selected text has what it makes', () => {
  const on = (name: string, marked: string) => TOOLS[name]?.isOn?.(read(marked));
  for (const [name, marked, is] of [
    ['bold', 'a **b|c** d', true],
    ['bold', 'a *b|c* d', false],
    ['bold', '***b|c***', true],
    ['italic', '***b|c***', true],
    ['italic', '**b|c**', false],
    ['italic', 'a **b** |c| **d**', false],
    ['bold', 'a **b** |c| **d**', false],
    ['code', 'a `b|c`', true],
    ['bullets', 'x\n- |\ny', true],
    ['bullets', '> - |', true],
    ['numbers', '12) a|', true],
    ['quote', '> - |', true],
    ['heading', '#a|', false],
    ['heading', '### a|', true],
    ['bold', '|', false],
    ['bold', '**a|**', true],
    ['bold', '**a**|', false],
  ] as const) {
    assert.equal(on(name, marked), is, `${name}: ${marked}`);
  }
  assert.equal(TOOLS['link']?.isOn, undefined);
});

test('Enter continues lists and quotes, and ends them on an empty item', () => {
  for (const [before, after] of [
    ['- one|', '- one\n- |'],
    ['* one|', '* one\n* |'],
    ['  - one|', '  - one\n  - |'],
    ['- o|ne', '- o\n- |ne'],
    ['9. one|', '9. one\n10. |'],
    ['3) one|', '3) one\n4) |'],
    ['- [x] one|', '- [x] one\n- [ ] |'],
    ['> one|', '> one\n> |'],
    ['> - one|', '> - one\n> - |'],
    ['- one\n- |', '- one\n\n|'],
    ['- one\n- [ ] |\nx', '- one\n\n|\nx'],
    ['- one\n  - |', '- one\n\n|'],
    ['> one\n> |', '> one\n\n|'],
    ['> - one\n> - |', '> - one\n>\n> |'],
    ['- |', '|'],
  ] as const) {
    const edit = continueBlock(read(before));
    assert.ok(edit, before);
    assert.equal(write(read(before), edit), after);
  }
  for (const plain of [
    'one|',
    '|- one',
    '-|- one',
    '- |one|',
    '-one|',
    '```\n- one|',
    '**one**|',
    '1.5|',
  ]) {
    assert.equal(continueBlock(read(plain)), null, plain);
  }
});

test('an address that is pasted on words makes a link of them', () => {
  const paste = (marked: string, pasted: string) => {
    const edit = pasteLink(read(marked), pasted);
    return edit && write(read(marked), edit);
  };
  const address = 'https://a.example/b?c=d#e';
  assert.equal(paste('a |word| b', ` ${address}\n`), `a [word](${address})| b`);
  assert.equal(paste('|w|', 'https://a.example/(b)'), '[w](https://a.example/%28b%29)|');
  for (const [marked, pasted] of [
    ['a | b', address],
    ['a |word| b', 'javascript:alert(1)'],
    ['a |word| b', `${address} and more`],
    ['a |two\nlines| b', address],
    ['a |w[or]d| b', address],
    ['|http://b.example/|', address],
    ['[a](|x|)', address],
    ['```\n|word|', address],
  ] as const) {
    assert.equal(paste(marked, pasted), null, marked);
  }
  assert.equal(isAddress('https://'), false);
});
