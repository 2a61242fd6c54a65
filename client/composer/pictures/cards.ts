import {
  describe,
  move,
  referencesIn,
  referenceTo,
  remove,
  type Reference,
} from '../../../src/text/references.ts';
import { clone } from './row.ts';
import type { Editor } from './text.ts';

/** A picture that has a card. */
interface CardPicture {
  id: number;
  image: { src: string; width: number; height: number };
  note?: string;
}

interface Parts {
  section: HTMLElement;
  list: HTMLElement;
  template: HTMLTemplateElement;
  area: HTMLTextAreaElement;
  editor: Editor;
  /** Puts a reference at the caret, if there is room for one. */
  insert: (reference: string) => void;
}

/** How long after the last key the cards follow the text; milliseconds. */
const REST = 300;

/**
 * Keeps the cards of the text's pictures up to date with the text, and writes what is typed into
 * cards into the text.
 */
export function followPictures({ section, list, template, area, editor, insert }: Parts) {
  const shown = section.querySelector<HTMLInputElement>('input[name=tray]');
  const cards = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-picture]')];
  const idOf = ({ dataset }: HTMLElement): number => Number(dataset['picture']);
  const field = (card: HTMLElement, name: string): HTMLInputElement | null =>
    card.querySelector(`input[name=${name}-${idOf(card)}]`);
  const textsOf = (card: HTMLElement) => ({
    id: idOf(card),
    alt: field(card, 'alt')?.value ?? '',
    caption: field(card, 'caption')?.value ?? '',
  });

  /** Cards stand in the order of the text; those that are not in it any more come last. */
  function follow(): void {
    const firsts = new Map<number, Reference>();
    for (const reference of referencesIn(area.value)) {
      if (!firsts.has(reference.id)) firsts.set(reference.id, reference);
    }
    const ids = [...firsts.keys()];
    const all = cards();
    for (const card of all) {
      const reference = firsts.get(idOf(card));
      card.toggleAttribute('data-absent', !reference);
      if (reference) fill(card, reference);
      for (const [act, last] of [
        ['up', ids[0]],
        ['down', ids.at(-1)],
      ] as const) {
        const button = card.querySelector<HTMLButtonElement>(`button[value^=${act}-]`);
        // Not `disabled`, because a disabled button loses the focus.
        if (button) button.ariaDisabled = idOf(card) === last ? 'true' : null;
      }
    }
    order(all, ids);
    const texts = all.map((card) => textsOf(card)).filter(({ id }) => firsts.has(id));
    if (shown)
      shown.value = JSON.stringify(texts.map(({ id, alt, caption }) => [id, alt, caption]));
  }

  function fill(card: HTMLElement, reference: Reference): void {
    for (const name of ['alt', 'caption'] as const) {
      const input = field(card, name);
      if (input && document.activeElement !== input) input.value = reference[name];
    }
  }

  function order(all: HTMLElement[], ids: number[]): void {
    const rank = (card: HTMLElement): number => {
      const at = ids.indexOf(idOf(card));
      return at === -1 ? ids.length : at;
    };
    const sorted = all.toSorted((one, other) => rank(one) - rank(other));
    if (sorted.every((card, at) => card === all[at])) return;
    const focused = document.activeElement;
    list.append(...sorted);
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
  }

  let timer: number | undefined;
  area.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(follow, REST);
  });

  list.addEventListener('input', ({ target }) => {
    const card = (target as Element).closest<HTMLElement>('[data-picture]');
    if (!card) return;
    editor.change((text) => describe(text, textsOf(card)));
  });
  list.addEventListener('change', follow);
  // Otherwise Enter would post the form.
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    if (!event.ctrlKey && !event.metaKey && !event.isComposing) event.preventDefault();
  });

  section.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[name=do]');
    const [, act, number] = /^(insert|remove|up|down)-(\d+)$/.exec(button?.value ?? '') ?? [];
    if (!button || act === undefined) return;
    event.preventDefault();
    if (button.ariaDisabled === 'true') return;
    const id = Number(number);
    if (act === 'remove') editor.change((text) => remove(text, id));
    else if (act === 'insert') insertOne(button, id);
    else editor.change((text) => move(text, id, act === 'up' ? -1 : 1));
    follow();
    // The button that was pressed is hidden now.
    if (act === 'remove') button.closest('li')?.querySelector('button')?.focus();
  });

  function insertOne(button: HTMLElement, id: number): void {
    const card = cards().find((one) => idOf(one) === id);
    const unused = button.closest<HTMLElement>('[data-unused]');
    const { alt = '', caption = '' } = unused?.dataset ?? {};
    insert(referenceTo(card ? textsOf(card) : { id, alt, caption }));
    const image = unused?.querySelector('img');
    if (!image) return;
    const { src, width, height } = image;
    add({ id, image: { src, width, height } });
    unused?.remove();
  }

  function add({ id, image, note }: CardPicture): HTMLElement {
    const card = clone(template);
    card.dataset['picture'] = String(id);
    for (const element of card.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (/-0(?!\d)/.test(value))
          element.setAttribute(name, value.replaceAll(/-0(?!\d)/g, `-${id}`));
      }
    }
    const legend = card.querySelector('legend');
    if (legend) legend.textContent = `Picture ${id}`;
    const img = card.querySelector('img');
    if (img) Object.assign(img, image);
    if (note) {
      const line = document.createElement('p');
      line.className = 'form-text';
      line.textContent = note;
      card.querySelector('.tray-texts')?.append(line);
    }
    list.append(card);
    return card;
  }

  follow();
  return { follow, add };
}
