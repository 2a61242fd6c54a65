import { submitted } from '../forms/forms.ts';
import { showStatus } from '../forms/status.ts';
import { setFaces } from './faces.ts';

/** Shows the face everywhere, and "Remove" only if there is something to remove. */
export function showFace(section: HTMLElement, person: string, key: string | null): void {
  setFaces(person, key);
  const remove = section.querySelector<HTMLElement>('#remove-picture-link');
  if (remove) remove.hidden = key === null;
}

/** "Remove" asks in a dialog and shows the initials at once. */
export function askToRemove(section: HTMLElement, person: string, change: HTMLElement): void {
  const dialog = section.querySelector<HTMLDialogElement>('#remove-picture');
  const form = dialog?.querySelector('form');
  if (!dialog || !form) return;
  const remove = async (): Promise<void> => {
    const answer = await submitted(form);
    if (!answer) return;
    showFace(section, person, null);
    dialog.close();
    change.focus();
    showStatus(answer.message || 'Profile picture removed.');
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void remove();
  };
  // Captured, so that it runs before the listener that would reload the page.
  form.addEventListener('submit', submit, { capture: true });
}
