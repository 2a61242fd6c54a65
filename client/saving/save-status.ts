import type { Reply } from './post-draft.ts';

const minute = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Says beside the form whether its text is saved. */
interface SaveStatus {
  /** `asked`: its writer pressed the button, so it is announced; other saves are silent. */
  saved: (at: Date, asked: boolean) => void;
  /** The last changes are not on the server yet, only in this browser. */
  long: () => void;
  conflict: () => void;
  failed: (reply: Reply) => void;
}

/**
 * A quiet line for each save, which screen readers do not announce; and a status, which they do,
 * for what a writer has to know.
 */
export function createSaveStatus(form: HTMLFormElement): SaveStatus {
  const line = form.querySelector('[data-saved]');
  const trouble = form.querySelector('[data-save-trouble]');
  const say = (words: string): void => {
    if (line) line.textContent = words;
  };
  /** Shows a warning once, until it is over. */
  const warn = (words: string, button?: HTMLButtonElement): void => {
    if (!trouble || trouble.firstChild?.textContent === words) return;
    const text = document.createElement('span');
    text.textContent = words;
    trouble.replaceChildren(text, ...(button ? [' ', button] : []));
  };
  return {
    saved(at, asked) {
      if (asked) line?.setAttribute('role', 'status');
      else line?.removeAttribute('role');
      say(`Saved ${minute.format(at)}`);
      trouble?.replaceChildren();
    },
    long() {
      warn(
        'This text is long. If you leave right after typing, the last words stay in this browser only.',
      );
    },
    conflict() {
      say('');
      const words = 'This text was also saved in another tab or on another device.';
      warn(`${words} Both versions are kept.`, submit('Compare both versions'));
    },
    failed(reply) {
      say('Not saved');
      if (reply.kind === 'signed out') {
        warn(
          'You are logged out. What you write stays in this browser.',
          submit('Log in and save'),
        );
      } else if (reply.kind === 'refused') warn(`Not saved: ${reply.message}`);
      else warn('The blog cannot be reached. What you write stays in this browser until it can.');
    },
  };
}

/** A button that posts the form, which the server answers with a page. */
function submit(text: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.name = 'do';
  made.value = 'save';
  made.formNoValidate = true;
  made.dataset['leads'] = 'on';
  made.className = 'btn btn-plain btn-small';
  made.textContent = text;
  return made;
}
