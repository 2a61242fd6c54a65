import { submitted } from '../forms.ts';
import { showStatus } from '../status.ts';
import { choose, type Chosen } from './choose.ts';
import { assemble, showFailure, showIdle, showNothing, showProgress, showReady } from './dialog.ts';
import type { Parts } from './dialog.ts';
import { setFaces } from './faces.ts';
import { receiveFiles } from './receive.ts';
import type { Limits } from './refusal.ts';
import { preview } from './shrink.ts';
import { upload } from './upload.ts';

const SESSION_ENDED = 'You are not logged in any more. Please log in again in another tab.';

/** Makes the picture's part of the account page one dialog: choose, look, send. */
export function changePicture(section: HTMLElement): void {
  const parts = assemble(section);
  const limits = limitsOf(section);
  const person = section.dataset['person'] ?? '';
  let chosen: Chosen | null = null;
  /** counts the files given, so that a slow one does not overtake the next */
  let turn = 0;
  let sending: AbortController | null = null;

  const take = async (file: File): Promise<void> => {
    const mine = (turn += 1);
    sending?.abort();
    chosen = null;
    showNothing(parts);
    if (!parts.dialog.open) parts.dialog.showModal();
    const result = await choose(file, limits);
    if (mine !== turn) return;
    if (typeof result === 'string') parts.error.textContent = result;
    else {
      chosen = result;
      look(parts, result);
      showReady(parts, file.name, result.note);
    }
  };

  const submit = async (picture: Blob): Promise<void> => {
    const mine = (sending = new AbortController());
    parts.error.textContent = '';
    showProgress(parts, 0);
    const progress = (part: number): void => showProgress(parts, part);
    const answer = await upload(parts.form.action, picture, progress, mine.signal);
    if (sending !== mine) return;
    sending = null;
    if (!answer) return;
    if (!answer.ok) {
      showFailure(parts, answer.status === 401 ? SESSION_ENDED : answer.message);
      return;
    }
    showFace(section, person, answer.imageFile.replace('.jpg', ''));
    parts.dialog.close();
    showStatus(answer.message || 'Profile picture updated successfully!');
  };

  /** Stops what is under way, and says whether anything was. */
  const stop = (): boolean => {
    if (!sending) return false;
    sending.abort();
    sending = null;
    showIdle(parts);
    parts.state.textContent = 'Upload cancelled.';
    parts.upload.disabled = chosen === null;
    return true;
  };

  parts.change.addEventListener('click', () => {
    showNothing(parts);
    parts.dialog.showModal();
  });
  parts.choose.addEventListener('click', () => parts.input.click());
  parts.cancel.addEventListener('click', () => {
    if (stop()) parts.upload.focus();
    else parts.dialog.close();
  });
  parts.form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (chosen && !sending) void submit(chosen.picture);
  });
  parts.dialog.addEventListener('close', () => {
    // The event comes late, perhaps after the dialog was opened again.
    if (parts.dialog.open) return;
    stop();
    turn += 1;
    chosen = null;
    parts.change.focus();
  });
  receiveFiles(section, parts.input, (file) => void take(file));
  askToRemove(section, person, parts.change);
}

function limitsOf({ dataset }: HTMLElement): Limits {
  return {
    bytes: Number(dataset['maxBytes']),
    pixels: Number(dataset['maxPixels']),
    size: dataset['size'] ?? '',
  };
}

function look(parts: Parts, { decoded }: Chosen): void {
  if (!decoded) return;
  preview(parts.preview, decoded);
  parts.preview.hidden = false;
  // Hundreds of megabytes for a large photo, not to be left to the garbage collector.
  decoded.close();
}

/** The face everywhere, and "Remove" only when there is something to remove. */
function showFace(section: HTMLElement, person: string, key: string | null): void {
  setFaces(person, key);
  const remove = section.querySelector<HTMLElement>('#remove-picture-link');
  if (remove) remove.hidden = key === null;
}

function askToRemove(section: HTMLElement, person: string, change: HTMLElement): void {
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
