import { continueBlock } from './markdown/continue.ts';
import { apply, selectedIn } from './markdown/edit.ts';
import { pasteLink } from './markdown/links.ts';
import { moveByArrows } from './toolbar.ts';
import { TOOLS, type Tool } from './markdown/tools.ts';

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** Tools, keys and continued lists for a text in Markdown; while `isMarkdown` says so. */
export function formatMarkdown(
  area: HTMLTextAreaElement,
  toolbar: HTMLElement,
  isMarkdown: () => boolean,
): void {
  const buttons = [...toolbar.querySelectorAll<HTMLButtonElement>('button[data-tool]')];
  const toolOf = ({ dataset }: HTMLButtonElement): Tool | undefined => TOOLS[dataset['tool'] ?? ''];
  const byKey = new Map(buttons.map((button) => [button.dataset['key']?.toLowerCase(), button]));
  byKey.delete(undefined);

  const use = (button: HTMLButtonElement): void => {
    const tool = toolOf(button);
    if (tool) apply(area, tool.use(selectedIn(area)));
  };
  const show = (): void => {
    const selected = selectedIn(area);
    for (const button of buttons) {
      const isOn = toolOf(button)?.isOn;
      if (isOn) button.ariaPressed = String(isOn(selected));
    }
  };

  moveByArrows(toolbar);
  for (const button of buttons) {
    const { key } = button.dataset;
    button.title = button.ariaLabel ?? '';
    if (key !== undefined) {
      button.setAttribute('aria-keyshortcuts', `${MAC ? 'Meta' : 'Control'}+${key}`);
      button.title += MAC ? ` (⌘${key})` : ` (Ctrl+${key})`;
    }
    // A press keeps the selection and, on a phone, the keyboard.
    button.addEventListener('pointerdown', (event) => event.preventDefault());
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => use(button));
  }

  area.addEventListener('keydown', (event) => {
    const { ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    const command = MAC ? metaKey && !ctrlKey : ctrlKey && !metaKey;
    if (!command || altKey || shiftKey || isComposing || !isMarkdown()) return;
    const button = byKey.get(letterOf(event));
    if (!button) return;
    event.preventDefault();
    use(button);
  });

  let shifted = false;
  area.addEventListener('keydown', ({ shiftKey }) => (shifted = shiftKey));
  // Not keydown, because keyboards of phones do not report keys there.
  area.addEventListener('beforeinput', (event) => {
    if (event.inputType !== 'insertLineBreak' || event.isComposing) return;
    if (shifted || !isMarkdown()) return;
    const edit = continueBlock(selectedIn(area));
    if (!edit) return;
    event.preventDefault();
    apply(area, edit);
  });

  area.addEventListener('paste', (event) => {
    if (!isMarkdown()) return;
    const edit = pasteLink(selectedIn(area), event.clipboardData?.getData('text/plain') ?? '');
    if (!edit) return;
    event.preventDefault();
    apply(area, edit);
  });

  document.addEventListener('selectionchange', () => {
    if (document.activeElement === area) show();
  });
  area.addEventListener('input', show);
  show();
}

/** The Latin letter of a key; with a layout of another script, the letter at the key's position. */
function letterOf({ key, code }: KeyboardEvent): string {
  return /^[\x20-\x7e]$/.test(key) ? key.toLowerCase() : code.replace(/^Key/, '').toLowerCase();
}
