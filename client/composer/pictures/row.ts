/** A picture that is being uploaded, in the list below the text. */
export interface Row {
  element: HTMLElement;
  /** `part` of its bytes have been sent, from 0 to 1; null while it waits for its turn. */
  progress: (part: number | null) => void;
  /** Shows why it was not added; `again`: whether another try may help. */
  fail: (message: string, again: boolean) => void;
}

/** A row from the page's template, which says what to do about the picture. */
export function createRow(
  template: HTMLTemplateElement,
  name: string,
  { onAgain, onCancel }: { onAgain: () => void; onCancel: () => void },
): Row {
  const element = clone(template);
  const part = <T extends HTMLElement>(selector: string, kind: new () => T): T => {
    const found = element.querySelector(selector);
    if (found instanceof kind) return found;
    throw new Error(`the page lacks ${selector}`);
  };
  const bar = part('progress', HTMLProgressElement);
  const sending = part('[data-sending]', HTMLElement);
  const percent = part('[data-percent]', HTMLElement);
  const error = part('[data-error]', HTMLElement);
  const again = part('[data-again]', HTMLButtonElement);
  const cancel = part('[data-cancel]', HTMLButtonElement);
  part('[data-name]', HTMLElement).textContent = name;
  const label = (button: HTMLButtonElement, text: string): void => {
    button.textContent = text;
    button.ariaLabel = `${text}: ${name}`;
  };
  label(again, 'Try again');
  bar.setAttribute('aria-label', name);
  again.addEventListener('click', onAgain);
  cancel.addEventListener('click', onCancel);
  return {
    element,
    progress(sent) {
      const now = Math.floor((sent ?? 0) * 100);
      error.textContent = '';
      again.hidden = true;
      label(cancel, 'Cancel');
      sending.hidden = false;
      bar.value = now;
      percent.textContent = sent === null ? 'Waiting' : `${now}%`;
    },
    fail(message, mayRetry) {
      sending.hidden = true;
      error.textContent = message;
      again.hidden = !mayRetry;
      label(cancel, 'Remove');
    },
  };
}

/** The only element of a template, copied. */
export function clone(template: HTMLTemplateElement): HTMLElement {
  const copy = (template.content.cloneNode(true) as DocumentFragment).firstElementChild;
  if (copy instanceof HTMLElement) return copy;
  throw new Error(`the template ${template.id} is empty`);
}
