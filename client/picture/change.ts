import { showStatus } from '../forms/status.ts';
import { choose, type Chosen } from './choose.ts';
import {
  assemble,
  showFailure,
  showIdle,
  showNothing,
  showOpening,
  showProgress,
  showReady,
  showRefused,
} from './dialog.ts';
import { frameIn } from './framing/framing.ts';
import { receiveFiles } from './receive.ts';
import { limitsOf, serverRefusal } from './refusal.ts';
import { askToRemove, showFace } from './remove.ts';
import { upload } from './upload.ts';

/** Texts shown instead of the server's, by status. */
const REFUSED: Record<number, string> = {
  401: 'You are not logged in any more. Please log in again in another tab.',
  403: 'You are not authorized to update this profile picture.',
};

/** Turns the picture's part of the account page into one dialog: choose, frame, send. */
export function changePicture(section: HTMLElement): void {
  const parts = assemble(section);
  const limits = limitsOf(section);
  const person = section.dataset['person'] ?? '';
  let chosen: Chosen | null = null;
  /** Counts the given files, so that a slow one does not replace a later one. */
  let turn = 0;
  let sending: AbortController | null = null;

  const framing = frameIn(parts, () => parts.form.requestSubmit());

  const forget = (): void => {
    framing.clear();
    chosen = null;
    showNothing(parts);
  };

  /** Takes a file. A refused one changes nothing: the previous picture stays framed. */
  const take = async (file: File): Promise<void> => {
    const mine = (turn += 1);
    stop();
    if (!parts.dialog.open) open();
    showOpening(parts, file.name);
    const result = await choose(file, limits);
    if (mine !== turn) {
      if (typeof result !== 'string') result.decoded?.close();
    } else if (typeof result === 'string') showRefused(parts, result, chosen !== null);
    else {
      chosen = result;
      framing.clear();
      if (result.decoded) framing.show(result.decoded);
      showReady(parts, file.name, result.note);
      if (result.decoded) framing.focus();
      else parts.upload.focus();
    }
  };

  const submit = async ({ pack }: Chosen): Promise<void> => {
    const mine = (sending = new AbortController());
    framing.hold(true);
    showProgress(parts, 0);
    const parcel = await pack(framing.chosen());
    if (sending !== mine) return;
    const progress = (part: number): void => showProgress(parts, part);
    const answer =
      typeof parcel === 'string'
        ? { ok: false as const, status: 0, message: parcel, errors: {} }
        : await upload(parts.form.action, parcel, progress, mine.signal);
    if (sending !== mine) return;
    sending = null;
    framing.hold(false);
    if (!answer) return;
    if (!answer.ok) {
      showFailure(parts, REFUSED[answer.status] ?? serverRefusal(answer));
      return;
    }
    showFace(section, person, answer.imageFile.replace('.jpg', ''));
    parts.dialog.close();
    showStatus(answer.message || 'Profile picture updated successfully!');
  };

  /** Stops the running upload, and returns whether there was one. */
  const stop = (): boolean => {
    if (!sending) return false;
    sending.abort();
    sending = null;
    framing.hold(false);
    showIdle(parts, chosen !== null);
    parts.state.textContent = 'Upload cancelled.';
    return true;
  };

  const open = (): void => {
    forget();
    parts.dialog.showModal();
  };

  for (const button of [parts.change, parts.choose]) {
    button.addEventListener('click', () => {
      if (!sending) parts.input.click();
    });
  }
  parts.cancel.addEventListener('click', () => {
    if (stop()) parts.upload.focus();
    else parts.dialog.close();
  });
  parts.form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (chosen && !sending && !parts.upload.disabled) void submit(chosen);
  });
  parts.dialog.addEventListener('close', () => {
    // The event comes late, perhaps after the dialog was opened again.
    if (parts.dialog.open) return;
    stop();
    turn += 1;
    forget();
    parts.change.focus();
  });
  receiveFiles(section, parts.input, ([file]) => void take(file));
  askToRemove(section, person, parts.change);
}
