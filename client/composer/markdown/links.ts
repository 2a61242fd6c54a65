import { editOf, type Edit, type Selected } from './edit.ts';
import { inFence, lineAt } from './lines.ts';

/** Where the address of a new link will stand. */
const ADDRESS = 'https://';
const LINK = /\[([^\][]*)\]\(([^()\s]*)\)/g;

/** Whether a pasted text is one http or https address. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** Makes the selected text a link whose address is to be typed, or plain text again if it is in a link. */
export function toggleLink(selected: Selected): Edit {
  const { text, start, end } = selected;
  const { start: from, end: to } = lineAt(text, start);
  for (const { index, 0: whole, 1: words = '' } of text.slice(from, to).matchAll(LINK)) {
    const at = from + index;
    if (start < at || at + whole.length < end) continue;
    const destination = at + 1 + words.length;
    return editOf(clamped(selected, at + 1, destination), [
      { at, remove: 1, insert: '' },
      { at: destination, remove: whole.length - 1 - words.length, insert: '' },
    ]);
  }
  const words = text.slice(start, end);
  if (isAddress(words)) return linkTo(selected, '', words, start + 1, start + 1);
  // If words are selected, the address is selected for typing; otherwise the words.
  const address = start + words.length + 3;
  return words === ''
    ? linkTo(selected, '', ADDRESS, start + 1, start + 1)
    : linkTo(selected, words, ADDRESS, address, address + ADDRESS.length);
}

function clamped({ text, start, end }: Selected, from: number, to: number): Selected {
  const within = (offset: number) => Math.min(Math.max(offset, from), to);
  return { text, start: within(start), end: within(end) };
}

function linkTo(
  { start, end }: Selected,
  words: string,
  address: string,
  from: number,
  to: number,
): Edit {
  return { from: start, to: end, insert: `[${words}](${address})`, start: from, end: to };
}

/** The selected words as a link to a pasted address; null where it is to be pasted as it is. */
export function pasteLink(selected: Selected, pasted: string): Edit | null {
  const { text, start, end } = selected;
  const words = text.slice(start, end);
  const address = pasted.trim();
  const plain = words.trim() === '' || /[[\]\n]/.test(words) || isAddress(words);
  // The paste replaces the address of a link.
  const inLink = /\]\([^()\s]*$/.test(text.slice(lineAt(text, start).start, start));
  if (plain || inLink || !isAddress(address) || inFence(text, start)) return null;
  const behind = start + words.length + address.length + 4;
  const safe = /[()<>]/.test(address) ? encodeParentheses(address) : address;
  const at = behind + safe.length - address.length;
  return linkTo(selected, words, safe, at, at);
}

function encodeParentheses(address: string): string {
  return address.replaceAll(
    /[()<>]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
