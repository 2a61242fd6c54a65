import { submitted } from '../forms.ts';
import { showStatus } from '../status.ts';
import { setFaces } from './faces.ts';

/** The face everywhere, and "Remove" only when there is something to remove. */
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
  // Captured, so it comes before the listener that would load the page anew.
  form.addEventListener('submit', submit, { capture: true });
}
