import { EMPTY, form, type Form } from './form.ts';
import { attribute, html, type Child, type Html } from './html.ts';

/** A question before something that cannot be undone: a dialog with scripts, a page without. */
export interface Question {
  /** the dialog's id, unique on its page */
  id: string;
  title: string;
  text: Child;
  /** Where "yes" is posted; the page with the same question is there too. */
  action: string;
  yes: string;
  /** Where "no" leads from that page. */
  back: string;
  /** Fields that the question also asks for, with their state after a refusal. */
  asked?: { state: Form; fields: Html };
}

/** The button that asks: opens the dialog, or follows the link to the page. */
export function askLink(question: Question, label: string, className = 'btn btn-danger'): Html {
  return html`<a class="${className}" href="${question.action}" data-dialog="${question.id}">${label}</a>`;
}

/**
 * Closed until the client opens it. Then Cancel has the focus, so that a key held a moment too long
 * does not delete anything; or the first field, if there is one to fill in.
 */
export function askDialog(question: Question): Html {
  const { id, asked } = question;
  return html`<dialog id="${id}" aria-labelledby="${id}-title" aria-describedby="${id}-text">
<h2 id="${id}-title">${question.title}</h2>
<div id="${id}-text">${question.text}</div>
${answer(question, html`<button type="button" class="btn btn-plain" data-close${attribute('autofocus', !asked)}>Cancel</button>`)}
</dialog>`;
}

/** The body of the page with the same question. */
export function askPage(question: Question): Html {
  return html`<div class="narrow">
<h1>${question.title}</h1>
<div>${question.text}</div>
${answer(question, html`<a class="btn btn-plain" href="${question.back}">Cancel</a>`)}
</div>`;
}

function answer({ action, yes, asked }: Question, cancel: Html): Html {
  const body = html`${asked?.fields}
<div class="actions"><button class="btn btn-danger-solid">${yes}</button>${cancel}</div>`;
  return form(asked?.state ?? EMPTY, action, body);
}
