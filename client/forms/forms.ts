import { fault, type Rules } from './check.ts';
import { href } from '../href.ts';
import { NETWORK_ERROR, send, type Answer } from './send.ts';
import { carryStatus, clearStatus } from './status.ts';

type Control = HTMLInputElement | HTMLTextAreaElement;

/** Fired on a form once the server has accepted it: its draft can be deleted. */
export const ACCEPTED = 'accepted';

/**
 * Posts forms by script: errors appear beside their fields, and a failing network loses nothing. A
 * form whose submit event was handled elsewhere is left alone.
 */
export function sendForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-send]')) {
    // A login that carries a post continues by posting it, which only the browser can do.
    if (form.querySelector('input[type=hidden][name=content]')) continue;
    form.noValidate = true;
    form.addEventListener('submit', (event) => {
      const button = event.submitter;
      // A button without checks, such as a preview's, is answered by a page.
      if (event.defaultPrevented || (button as HTMLButtonElement | null)?.formNoValidate) return;
      event.preventDefault();
      if (form.ariaBusy !== 'true' && checked(form)) void submit(form, button);
    });
    // After Back the browser may show this page as it was left.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) busy(form, false);
    });
    form.addEventListener('input', (event) => {
      const control = event.target as Control;
      if (control.ariaInvalid === 'true') mark(control, faultOf(control));
    });
  }
}

/** Posts a form and shows why it was refused; null in that case and when no answer came. */
export async function submitted(
  form: HTMLFormElement,
  button: HTMLElement | null = null,
): Promise<Answer | null> {
  busy(form, true);
  clearStatus();
  showRefusal(form, '', {});
  try {
    const answer = await send(form, button);
    if (answer.ok) return answer;
    // The browser posts the form, and the server answers with a login page that keeps what was
    // typed.
    const kept = answer.status === 401 && 'comment' in form.dataset;
    if (answer.status === 401 && !kept && location.pathname !== href('/login')) signInAgain();
    // The browser posts the form, and the server shows both texts, or the typed one as a new text.
    else if (kept || answer.status === 409 || isGone(form, answer))
      HTMLFormElement.prototype.submit.call(form);
    else showRefusal(form, answer.message, answer.errors);
  } catch {
    showRefusal(form, NETWORK_ERROR, {});
  } finally {
    busy(form, false);
  }
  return null;
}

/** Whether the post or draft of this text was deleted elsewhere. */
function isGone(form: HTMLFormElement, { status }: Answer): boolean {
  return status === 404 && 'draft' in form.dataset;
}

async function submit(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const answer = await submitted(form, button);
  if (!answer) return;
  // Until the next page comes, this one could be clicked and would post the same again.
  busy(form, true);
  form.dispatchEvent(new Event(ACCEPTED));
  const next = new URL(answer.location ?? location.pathname, location.href);
  // With a code in the address, the page itself knows what to say.
  if (answer.message !== '' && !next.searchParams.has('done')) carryStatus(answer.message);
  location.assign(next);
}

/** The session has ended; what was typed is kept as a draft. */
function signInAgain(): void {
  carryStatus('Please log in again. What you wrote is kept in this browser.', { note: true });
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(href(`/login?next=${next}`));
}

/** Shows errors beside the fields, or above them, and moves the focus there. */
function showRefusal(form: HTMLFormElement, message: string, errors: Record<string, string>): void {
  const unplaced = new Map(Object.entries(errors));
  let first: Control | undefined;
  for (const control of controls(form)) {
    const error = unplaced.get(control.name) ?? '';
    unplaced.delete(control.name);
    mark(control, error);
    if (error !== '') first ??= control;
  }
  const summary = form.querySelector<HTMLElement>('[data-summary]');
  if (summary) summary.textContent = [message, ...unplaced.values()].filter(Boolean).join(' ');
  if (first) first.focus();
  else if (summary?.textContent) summary.focus();
}

function checked(form: HTMLFormElement): boolean {
  const faults = controls(form).map((control) => [control.name, faultOf(control)] as const);
  const errors = Object.fromEntries(faults.filter(([, error]) => error !== ''));
  if (Object.keys(errors).length === 0) return true;
  showRefusal(form, '', errors);
  return false;
}

function faultOf(control: Control): string {
  const { min, max, same } = control.dataset;
  const repeated = same === undefined ? null : control.form?.elements.namedItem(same);
  const rules: Rules = {
    required: control.required,
    email: control.type === 'email',
    min: min === undefined ? undefined : Number(min),
    max: max === undefined ? undefined : Number(max),
    same: repeated instanceof HTMLInputElement ? repeated.value : undefined,
  };
  return fault(control.value, rules);
}

/** The fields that have a place for an error. */
function controls(form: HTMLFormElement): Control[] {
  return [...form.querySelectorAll<Control>('input[aria-describedby], textarea[aria-describedby]')];
}

function mark(control: Control, error: string): void {
  const place = document.querySelector(`#${control.id}-error`);
  if (place) place.textContent = error;
  control.ariaInvalid = error === '' ? null : 'true';
}

function busy(form: HTMLFormElement, is: boolean): void {
  form.ariaBusy = is ? 'true' : null;
}
