import { carryStatus } from '../forms/status.ts';
import { href } from '../href.ts';
import { randomKey } from '../random-key.ts';
import {
  draftsOf,
  PREFIX,
  readLocally,
  removeLocally,
  type LocalText,
  writeLocally,
} from './local-texts.ts';
import { postText, type Reply } from './post-draft.ts';
import { keptOn } from './unsent-note.ts';

/** Characters of a text that the list shows. */
const SHOWN = 120;

interface Lost {
  key: string;
  text: LocalText;
}

/**
 * Texts of this browser whose page is gone, such as that of a post that was deleted meanwhile: the
 * page of drafts lists `all` of them, and an error in place of such a page says where it is.
 */
export async function showLostTexts(place: HTMLElement): Promise<void> {
  const viewer = document.body.dataset['viewer'] ?? '';
  const texts = draftsOf(viewer).flatMap((key) => {
    const text = readLocally(key);
    return text?.values['content'] || text?.values['title'] ? [{ key, text }] : [];
  });
  if (place.dataset['lostTexts'] === 'here') {
    if (texts.some(({ key }) => pathOf(key) === location.pathname)) place.append(pointer());
    return;
  }
  const gone = await Promise.all(texts.map(({ key }) => isGone(pathOf(key))));
  const lost = texts.filter((_, index) => gone[index]);
  if (lost.length > 0) place.replaceChildren(...list(lost));
}

/** The path of the form; a copy that is older than what the server has, or another tab's, is marked at its end. */
function pathOf(key: string): string {
  const [path = ''] = key.slice(PREFIX.length).replace(/^\d+:/, '').split('#', 1);
  return path;
}

/** Whether the page of a form answers with something else. */
async function isGone(path: string): Promise<boolean> {
  try {
    const { ok, redirected, status } = await fetch(path, { method: 'HEAD' });
    return redirected || (!ok && status < 500 && status !== 429);
  } catch {
    return false;
  }
}

function pointer(): HTMLElement {
  const link = make('a', 'Drafts');
  link.href = href('/drafts');
  const words = make('p', 'What you wrote here and did not send is still in this browser: see ');
  words.append(link, '.');
  return words;
}

function list(lost: Lost[]): HTMLElement[] {
  const title = make('h2', 'Only in this browser');
  const why = make(
    'p',
    'You wrote this and did not send it. The page that it was written on is gone.',
  );
  const items = make('ul', '', 'drafts');
  items.append(...lost.map(item));
  return [title, why, items];
}

function item({ key, text }: Lost): HTMLElement {
  const { title = '', content = '' } = text.values;
  const all = content.replaceAll(/\s+/g, ' ').trim();
  const beginning = all.length > SHOWN ? `${all.slice(0, SHOWN).replace(/\S*$/, '')}…` : all;
  const name = title.trim() || beginning || 'Untitled';
  const entry = make('li', '', 'draft');
  const heading = make('h3', name, 'draft-title');
  const whole = make('details', '');
  const shown = make('textarea', content, 'form-control written');
  heading.dir = shown.dir = 'auto';
  shown.rows = 8;
  shown.readOnly = true;
  shown.ariaLabel = `The whole text of ${name}`;
  whole.append(make('summary', 'The whole text'), shown);
  const trouble = make('p', '', 'field-error');
  trouble.role = 'alert';
  const actions = make('div', '', 'actions');
  const keep = button('Keep as a draft', name, async () => {
    keep.disabled = true;
    const fields = { ...text.values, form_key: randomKey() };
    const reply = await postText(href('/posts/new'), fields);
    if (reply.kind !== 'saved') {
      keep.disabled = false;
      trouble.textContent = reasonOf(reply);
      return;
    }
    removeLocally(key);
    carryStatus('Draft saved.');
    location.assign(reply.location);
  });
  const remove = button('Remove', name, () => {
    removeLocally(key);
    const undo = button('Put it back', name, () => {
      writeLocally(key, text);
      entry.replaceChildren(...parts);
      remove.focus();
    });
    const words = make('p', 'Removed. ');
    words.append(undo);
    entry.replaceChildren(words);
    undo.focus();
  });
  actions.append(keep, remove);
  const parts = [heading, make('p', keptOn(text.savedAt), 'meta'), whole, trouble, actions];
  entry.append(...parts);
  return entry;
}

function reasonOf(reply: Reply): string {
  if (reply.kind === 'refused') return reply.message;
  if (reply.kind === 'signed out') return 'You are logged out. The text stays in this browser.';
  return 'The blog cannot be reached. The text stays in this browser.';
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
  className = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** `of`: what it is about, for those who hear it alone. */
function button(text: string, of: string, act: () => unknown): HTMLButtonElement {
  const made = make('button', text, 'btn btn-plain btn-small');
  made.type = 'button';
  made.append(make('span', ` ${of}`, 'visually-hidden'));
  made.addEventListener('click', () => void act());
  return made;
}
