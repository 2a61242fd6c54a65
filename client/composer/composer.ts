import { formatMarkdown } from './formatting.ts';
import { grow } from './grow.ts';
import { stayAboveKeyboard } from './keyboard.ts';
import { followText } from './preview.ts';
import { showPreview } from './view.ts';
import { prefillZone } from './zone.ts';
import { suggestTags } from './tags.ts';
import { tellWords } from './words.ts';

/** Adds to the form of a post: tools, keys, a preview that follows the text, and the number of its words. */
export function compose(composer: HTMLElement): void {
  const find = <T extends Element>(selector: string, kind: new () => T): T => {
    const found = composer.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`the composer has no ${selector}`);
    return found;
  };
  const title = find('#title', HTMLTextAreaElement);
  const area = find('#content', HTMLTextAreaElement);
  const format = find('#format', HTMLSelectElement);
  const toolbar = find('.tools', HTMLElement);
  const form = find('form', HTMLFormElement);
  const publish = find('button[value=publish]', HTMLButtonElement);
  const previewButton = find('button[value=preview]', HTMLButtonElement);
  const isMarkdown = (): boolean => format.value === 'markdown';

  suggestTags(find('#tags', HTMLInputElement));
  const words = tellWords(area, composer.querySelector('[data-words]'), isMarkdown);
  const isShown = showPreview(composer, previewButton, () => follow(true));
  const follow = followText({
    title,
    area,
    format,
    pane: find('.preview', HTMLElement),
    isShown,
    onRendered: (rendered) => words.show(rendered.words, rendered.minutes),
  });

  const showTools = (): void => {
    toolbar.hidden = !isMarkdown();
    toolbar.dataset['ready'] = '';
  };
  formatMarkdown(area, toolbar, isMarkdown);
  showTools();
  form.addEventListener('input', () => {
    words.later();
    follow();
  });
  // Its fields change after this event.
  form.addEventListener('reset', () => setTimeout(() => form.dispatchEvent(new Event('input'))));
  format.addEventListener('change', () => {
    showTools();
    follow(true);
  });
  // A draft may have been restored before this ran.
  follow(true);

  title.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    area.focus();
    area.setSelectionRange(0, 0);
  });
  form.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, isComposing, repeat } = event;
    if (key !== 'Enter' || !(ctrlKey || metaKey) || isComposing || repeat) return;
    event.preventDefault();
    form.requestSubmit(publish);
  });
  const section = composer.querySelector<HTMLElement>('.tray');
  if (section) {
    import('./pictures/pictures.ts').then(
      ({ keepPictures }) => keepPictures({ composer, section, form, area, isMarkdown }),
      // If the code cannot be loaded, the plain field is better than a button that does nothing.
      () => section.removeAttribute('data-scripted'),
    );
  }
  prefillZone(form);
  grow([title, area]);
  stayAboveKeyboard(find('.composer-bar', HTMLElement));
}
