import { randomKey } from '../../random-key.ts';
import { referencesIn, referenceTo } from '../../../src/text/references.ts';
import { receiveFiles } from '../../picture/receive.ts';
import { limitsOf } from '../../picture/refusal.ts';
import { followPictures } from './cards.ts';
import { keysIn, placeholder, resolve } from '../../../src/text/placeholders.ts';
import { createRow } from './row.ts';
import { createSpeech } from './speech.ts';
import { editorOf } from './text.ts';
import { createQueue, type Upload } from './uploads.ts';

interface Parts {
  composer: HTMLElement;
  section: HTMLElement;
  form: HTMLFormElement;
  area: HTMLTextAreaElement;
  isMarkdown: () => boolean;
}

/** Adds pictures that are chosen, dropped or pasted, and keeps the list of the text's pictures. */
export function keepPictures({ composer, section, form, area, isMarkdown }: Parts): void {
  const find = <T extends Element>(selector: string, kind: new () => T): T => {
    const found = section.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`the tray has no ${selector}`);
    return found;
  };
  const list = find('.tray-list', HTMLElement);
  const rows = find('[data-uploads]', HTMLElement);
  const rowTemplate = find('#tray-upload', HTMLTemplateElement);
  const input = find('input[type=file]', HTMLInputElement);
  const error = find('[data-tray-error]', HTMLElement);
  const speech = createSpeech(find('[data-tray-state]', HTMLElement));
  const most = Number(section.dataset['maxPictures']);
  const editor = editorOf(area);
  /** What replaces each placeholder from now on: a reference, or nothing. */
  const resolved = new Map<string, string | null>();
  const settle = (): void => editor.change((text) => resolve(text, (key) => resolved.get(key)));

  // Of uploads that ended with an earlier page.
  for (const key of keysIn(area.value)) resolved.set(key, null);
  settle();

  const room = (): number => most - referencesIn(area.value).length - queue.uploads.length;
  const tooMany = `A post shows at most ${most} pictures. Remove one first.`;

  const cards = followPictures({
    section,
    list,
    template: find('#tray-card', HTMLTemplateElement),
    area,
    editor,
    insert(reference) {
      if (obstacle()) return;
      error.textContent = room() > 0 ? '' : tooMany;
      if (room() > 0) editor.insert([reference]);
    },
  });

  const queue = createQueue({
    action: section.dataset['action'] ?? '',
    limits: limitsOf(section),
    onAdded({ key, row }, { id, width, height, urls }, note) {
      resolved.set(key, referenceTo({ id, alt: '', caption: '' }));
      cards.add({ id, image: { src: urls['480'] ?? '', width, height }, note });
      settle();
      cards.follow();
      const hadFocus = row.element.contains(document.activeElement);
      row.element.remove();
      if (hadFocus) area.focus();
      speech.added();
    },
    onFailed({ key }, _message, final) {
      if (final) resolved.set(key, null);
      if (final) settle();
      speech.failed();
    },
    onProgress: () => speech.progress(queue.uploads.map(({ sent }) => sent)),
  });

  /** If no picture can be added, shows why and returns true. */
  function obstacle(): boolean {
    const plain = !isMarkdown();
    if (plain) {
      error.textContent = 'Only texts written as Markdown show pictures. Choose it below.';
    }
    return plain;
  }

  function take(files: File[]): void {
    if (obstacle()) return;
    const taken = files.slice(0, Math.max(0, room()));
    error.textContent = taken.length < files.length ? tooMany : '';
    if (taken.length === 0) return;
    const uploads = taken.map((file) => create(file));
    editor.insert(uploads.map(({ key, file }) => placeholder(file.name, key)));
    speech.started(uploads.length);
    for (const upload of uploads) {
      rows.append(upload.row.element);
      queue.add(upload);
    }
  }

  function create(file: File): Upload {
    const key = randomKey().replaceAll('-', '').slice(0, 12);
    const upload: Upload = {
      key,
      file,
      state: 'waiting',
      sent: 0,
      row: createRow(rowTemplate, file.name, {
        onAgain() {
          speech.started(1);
          queue.again(upload);
          area.focus();
        },
        onCancel() {
          if (queue.uploads.includes(upload) && upload.state !== 'failed') speech.cancelled();
          queue.cancel(upload);
          resolved.set(key, null);
          settle();
          upload.row.element.remove();
          area.focus();
        },
      }),
    };
    return upload;
  }

  receiveFiles(composer, input, take);
  const add = find('button[value=pictures]', HTMLButtonElement);
  add.addEventListener('click', (event) => {
    // Without scripts it posts the form.
    event.preventDefault();
    input.click();
  });
  // Undo and redo can bring back a placeholder of a finished upload.
  area.addEventListener('input', (event) => {
    if (event instanceof InputEvent && event.inputType.startsWith('history')) settle();
  });

  // Runs before the form's own listeners. A save need not wait for uploads: the text is saved again
  // after them.
  addEventListener(
    'submit',
    (event) => {
      const { submitter, target } = event;
      const button = submitter instanceof HTMLButtonElement ? submitter : null;
      if (target !== form || queue.uploads.length === 0 || button?.value === 'save') return;
      event.preventDefault();
      event.stopImmediatePropagation();
      error.textContent = queue.isRunning()
        ? 'Wait until the pictures are uploaded, or cancel them.'
        : 'A picture was not uploaded. Try again, or remove it.';
      rows.querySelector('button:not([hidden])')?.scrollIntoView({ block: 'nearest' });
    },
    { capture: true },
  );
  addEventListener('beforeunload', (event) => {
    if (queue.isRunning()) event.preventDefault();
  });
  section.dataset['ready'] = '';
}
