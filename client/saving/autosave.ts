import { ACCEPTED } from '../forms/forms.ts';
import { href } from '../href.ts';
import { randomKey } from '../random-key.ts';
import {
  control,
  isKeptLocally,
  isSame,
  keepLocally,
  keyOf,
  ORIGIN,
  removeLocally,
  restored,
  sentValues,
  TEXTS,
  valuesOf,
} from './local-texts.ts';
import { postDraft, type Reply } from './post-draft.ts';
import { createSaveStatus } from './save-status.ts';

/**
 * A save waits until nobody has typed for this long, and saves are at least this far apart;
 * milliseconds.
 */
const REST = 5_000;
const APART = 20_000;
/** How much a page can still send while it is being left; bytes. */
const LEAVING_MAX = 64 * 1024;

/**
 * Saves the form's text as a draft on the server while it is written. What the server has not
 * accepted stays in this browser; a newer text on the server is never replaced.
 */
export function autosave(form: HTMLFormElement): void {
  const status = createSaveStatus(form);
  /** The text that the server has, as far as this page knows. */
  let saved = 'unsaved' in form.dataset ? null : sentValues(form, TEXTS);
  /** A text whose answer never came: the server may have it. */
  let unanswered = restored.get(form) ?? null;
  /** A text that cannot be saved as it is. */
  let refused: Record<string, string> | null = null;
  /** The time of the last save by a monotonic clock. */
  let lastSave = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  /** Whether the text was saved for a button that leads to another page. */
  let savedFirst = false;
  /** Whether saving pauses, because the writer must decide something or the form is being sent. */
  let paused = false;

  const isDirty = (): boolean => {
    const now = valuesOf(form, TEXTS);
    const empty = !control(form, 'title')?.value && !control(form, 'content')?.value;
    return !(saved ? isSame(now, saved) : false) && !(empty && !control(form, 'draft')?.value);
  };

  const plan = (): void => {
    clearTimeout(timer);
    if (paused || !isDirty() || (refused && isSame(refused, valuesOf(form, TEXTS)))) return;
    timer = setTimeout(() => void save(), Math.max(REST, lastSave + APART - performance.now()));
  };

  async function save({ asked = false } = {}): Promise<void> {
    clearTimeout(timer);
    if (running) await running;
    if (paused || running || (!asked && !isDirty())) return;
    lastSave = performance.now();
    const text = valuesOf(form, TEXTS);
    running = postDraft(form, { keepalive: sizeOf(form) <= LEAVING_MAX }).then((reply) =>
      settle(reply, text, asked),
    );
    await running;
    running = null;
    plan();
  }

  function settle(reply: Reply, text: Record<string, string>, asked: boolean): void {
    if (reply.kind === 'saved') accept(reply, text, asked);
    else if (reply.kind === 'conflict') meet(reply);
    else if (reply.kind === 'gone') beginAgain();
    else {
      if (reply.kind === 'unanswered') unanswered = text;
      if (reply.kind === 'signed out') paused = true;
      if (reply.kind === 'refused') refused = text;
      status.failed(reply);
    }
  }

  function accept(
    reply: Extract<Reply, { kind: 'saved' }>,
    text: Record<string, string>,
    asked: boolean,
  ): void {
    saved = text;
    unanswered = null;
    setOrigin(String(reply.draft), String(reply.version));
    // The page for editing a post also shows its draft, so its address stays.
    if (!/\/posts\/\d+\/edit$/.test(form.action)) moveTo(reply.location);
    keepOrForget();
    status.saved(new Date(reply.savedAt), asked);
    if (sizeOf(form) > LEAVING_MAX) status.long();
  }

  /** Reports that another text was saved since this one began. */
  function meet({ current }: Extract<Reply, { kind: 'conflict' }>): void {
    const now = valuesOf(form, TEXTS);
    const own = unanswered !== null && isSame(current.text, unanswered);
    if (current.over === 'draft' && (own || isSame(current.text, now))) {
      saved = current.text;
      unanswered = null;
      setOrigin(String(current.draft), String(current.version));
      return;
    }
    paused = true;
    status.conflict();
  }

  /** Begins a new draft with this text, because its draft was deleted elsewhere. */
  function beginAgain(): void {
    setOrigin('', '');
    set('form_key', randomKey());
    saved = null;
    set('version', '');
    moveTo(href('/posts/new'));
    lastSave = -Infinity;
  }

  function set(name: string, value: string): void {
    const field = control(form, name);
    if (field) field.value = value;
  }

  function setOrigin(draft: string, version: string): void {
    set('draft', draft);
    set('draft_version', version);
  }

  /** Gives the page the address of the draft, so that reloading it shows the draft. */
  function moveTo(address: string): void {
    const { pathname, href: next } = new URL(address, location.href);
    if (form.action === next) return;
    removeLocally(keyOf(form));
    const viewer = (form.dataset['draft'] ?? '').split(':', 1)[0] ?? '';
    form.dataset['draft'] = `${viewer}:${pathname}`;
    form.action = pathname;
    history.replaceState(history.state, '', pathname);
  }

  function keepOrForget(): void {
    if (isDirty()) keepLocally(form);
    else removeLocally(keyOf(form));
  }

  /** Sends what fits; the answer may never be read, and the text stays in this browser until it is. */
  const leave = (): void => {
    // If there is no copy in this browser, its writer has just discarded it.
    if (paused || running || !isDirty() || !isKeptLocally(form)) return;
    if (sizeOf(form) > LEAVING_MAX) return;
    void save();
  };

  /** Goes on after a form that was not sent, or that was refused without another page. */
  function resumeUnlessSent(event: SubmitEvent): void {
    if (!event.defaultPrevented) return;
    const resume = (): void => {
      paused = false;
      plan();
    };
    if (form.ariaBusy !== 'true') return resume();
    new MutationObserver((_, observer) => {
      if (form.ariaBusy === 'true') return;
      observer.disconnect();
      resume();
    }).observe(form, { attributeFilter: ['aria-busy'] });
  }

  for (const event of ['input', 'change']) {
    form.addEventListener(event, () => {
      savedFirst = false;
      keepOrForget();
      plan();
    });
  }
  addEventListener('online', () => void save());
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
  });
  // A running save would create a newer version than the one this form names, so the form waits for
  // it.
  form.addEventListener(
    'submit',
    (event) => {
      const { submitter } = event;
      const holdBack = (): void => {
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      if (!paused && isSaveButton(submitter)) {
        holdBack();
        void save({ asked: true });
        return;
      }
      // The next page has no form whose copy in this browser could be compared with what is saved.
      if (!paused && !savedFirst && isScheduleButton(submitter) && isDirty()) {
        holdBack();
        savedFirst = true;
        void save({ asked: true }).then(() => form.requestSubmit(submitter));
        return;
      }
      if (running) {
        holdBack();
        void running.then(() => form.requestSubmit(submitter));
        return;
      }
      clearTimeout(timer);
      paused = true;
      setTimeout(() => resumeUnlessSent(event));
    },
    { capture: true },
  );
  form.addEventListener(ACCEPTED, () => {
    paused = true;
    saved = valuesOf(form, TEXTS);
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) paused = false;
  });
  plan();
}

/** Whether it is the "Save draft" button from the server; buttons added by scripts lead to another page. */
function isSaveButton(button: HTMLElement | null): boolean {
  return button instanceof HTMLButtonElement && button.value === 'save' && !button.dataset['leads'];
}

function isScheduleButton(button: HTMLElement | null): boolean {
  return button instanceof HTMLButtonElement && /^(?:un)?schedule$/.test(button.value);
}

/** Bytes of the form as it is sent. */
function sizeOf(form: HTMLFormElement): number {
  const fields = { ...valuesOf(form, [...TEXTS, ...ORIGIN]), do: 'save' };
  return new TextEncoder().encode(new URLSearchParams(fields).toString()).length;
}
