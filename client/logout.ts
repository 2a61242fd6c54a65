import { draftsOf, forgetDrafts } from './saving/local-texts.ts';

/** Asks at logout what to do with unsent texts in this browser, because other people may use it, too. */
export function askAtLogout(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-log-out]')) {
    const viewer = form.dataset['logOut'] ?? '';
    form.addEventListener('submit', (event) => {
      const count = draftsOf(viewer).length;
      if (count === 0) return;
      event.preventDefault();
      ask(form, viewer, count);
    });
  }
}

function ask(form: HTMLFormElement, viewer: string, count: number): void {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'log-out-title');
  const title = document.createElement('h2');
  title.id = 'log-out-title';
  title.textContent = 'Keep what you have not sent?';
  const words = document.createElement('p');
  const texts = count === 1 ? 'A text' : `${count} texts`;
  words.textContent = `${texts} that you have not sent can stay in this browser until you log in again. Whoever uses this browser could read what is kept.`;
  const actions = document.createElement('div');
  actions.className = 'actions';
  const button = (text: string, kind: string, act: () => void): void => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = `btn ${kind}`;
    made.textContent = text;
    made.addEventListener('click', act);
    actions.append(made);
  };
  // Not requestSubmit, which would ask again.
  const leave = (): void => form.submit();
  button('Keep and log out', 'btn-primary', leave);
  button('Remove and log out', 'btn-danger', () => {
    forgetDrafts(viewer);
    leave();
  });
  button('Cancel', 'btn-plain', () => dialog.close());
  dialog.append(title, words, actions);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
