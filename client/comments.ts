import { localizeDates } from './dates.ts';
import { ACCEPTED, submitted } from './forms/forms.ts';
import type { Answer } from './forms/send.ts';
import { keepComment } from './saving/comment-text.ts';

/** Posts comments and replies without leaving the page. Unsent text stays in this browser. */
export function writeComments(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-comment]');
  if (!form) return;
  keepComment(form);
  // Not on the separate page for one comment.
  if (!form.closest('.comments')) return;
  const answered = `a[data-reply="${control(form, 'parent_id').value}"]`;
  moveTo(form, document.querySelector<HTMLAnchorElement>(answered));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.ariaBusy !== 'true') void post(form, event.submitter);
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-reply]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    moveTo(form, link);
    form.dispatchEvent(new Event('input'));
    control(form, 'content').focus();
  });
}

const control = (form: HTMLFormElement, name: string) =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;

async function post(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const answer = await submitted(form, button);
  if (!answer) return;
  form.dispatchEvent(new Event(ACCEPTED));
  control(form, 'content').value = '';
  const parent = control(form, 'parent_id').value;
  const shown = show(answer, parent);
  if (!shown) {
    location.assign(answer.location ?? location.pathname);
    return;
  }
  control(form, 'form_key').value = answer.texts['form_key'] ?? '';
  const title = document.querySelector('#comments-title');
  if (title) title.textContent = answer.texts['title'] ?? title.textContent;
  moveBack(form);
  shown.focus();
}

/** The new comment in its place on this page; undefined if that is on another one. */
function show({ texts, location: address = '' }: Answer, parent: string): HTMLElement | undefined {
  const id = new URL(address, location.href).hash.slice(1);
  // The same text sent again yields the comment that is already there.
  const there = id === '' ? null : document.getElementById(id);
  if (there) return there;
  const markup = texts['html'] ?? '';
  const list = parent === '' ? document.querySelector('.threads') : repliesTo(parent);
  const isLast = document.querySelector('.comments-more a[rel=next]') === null;
  if (!list || markup === '' || (parent === '' && !isLast)) return undefined;
  // The markup comes from the server, like the rest of the page.
  list.insertAdjacentHTML('beforeend', markup);
  const item = list.lastElementChild as HTMLElement | null;
  if (item) localizeDates(item);
  return item?.querySelector<HTMLElement>('article') ?? undefined;
}

/** The list of replies for a comment; for a reply, that of the comment it answers. */
function repliesTo(id: string): Element | undefined {
  const comment = document.querySelector(`#comment-${id}`);
  const item = comment?.closest('.threads > li');
  if (!item) return undefined;
  const list = item.querySelector('.replies');
  if (list) return list;
  const made = document.createElement('ol');
  made.className = 'replies';
  item.append(made);
  return made;
}

/** Moves the form below the comment that it answers, or to the end if that comment is not on this page. */
function moveTo(form: HTMLFormElement, link: HTMLAnchorElement | null): void {
  moveBack(form);
  if (!link) return;
  control(form, 'parent_id').value = link.dataset['reply'] ?? '';
  const note = document.createElement('p');
  note.className = 'replying';
  const words = document.createElement('span');
  words.textContent = link.ariaLabel;
  const cancel = document.createElement('button');
  cancel.type = 'button';
  cancel.className = 'btn btn-plain btn-small';
  cancel.textContent = 'Cancel';
  cancel.addEventListener('click', () => {
    moveBack(form);
    form.dispatchEvent(new Event('input'));
    link.focus();
  });
  note.append(words, cancel);
  form.prepend(note);
  // A reply is about the comment, not about a paragraph.
  showAbout(form, false);
  link.closest('article')?.after(form);
}

/** Moves the form back to the end, where it writes a new comment. */
function moveBack(form: HTMLFormElement): void {
  control(form, 'parent_id').value = '';
  form.querySelector('.replying')?.remove();
  showAbout(form, true);
  document.querySelector('#write-comment')?.append(form);
}

function showAbout(form: HTMLFormElement, is: boolean): void {
  const field = form.querySelector('#comment-about')?.closest<HTMLElement>('.field');
  if (field) field.hidden = !is;
}
