import type { FramingParts } from './framing/framing.ts';

/** The parts of the upload dialog, which are in the page. */
interface Parts extends FramingParts {
  dialog: HTMLDialogElement;
  form: HTMLFormElement;
  input: HTMLInputElement;
  name: HTMLElement;
  error: HTMLElement;
  progress: HTMLElement;
  bar: HTMLProgressElement;
  sent: HTMLElement;
  upload: HTMLButtonElement;
  cancel: HTMLButtonElement;
  choose: HTMLButtonElement;
  change: HTMLButtonElement;
}

/** Finds the parts, and moves the form into the dialog. */
export function assemble(section: HTMLElement): Parts {
  const part = <T extends HTMLElement>(selector: string, kind: new () => T): T => {
    const found = section.querySelector(selector);
    if (found instanceof kind) return found;
    throw new Error(`the page lacks ${selector}`);
  };
  const parts: Parts = {
    dialog: part('#picture-dialog', HTMLDialogElement),
    form: part('#picture-form', HTMLFormElement),
    input: part('#file', HTMLInputElement),
    framing: part('#framing', HTMLElement),
    stage: part('#stage', HTMLElement),
    canvas: part('#stage canvas', HTMLCanvasElement),
    previews: [...section.querySelectorAll<HTMLCanvasElement>('canvas[data-preview]')],
    slider: part('#zoom', HTMLInputElement),
    percent: part('#zoom-percent', HTMLElement),
    more: part('#more-framing', HTMLButtonElement),
    rest: part('#framing-more', HTMLElement),
    name: part('#file-name', HTMLElement),
    error: part('#file-error', HTMLElement),
    progress: part('#picture-progress', HTMLElement),
    bar: part('#picture-progress progress', HTMLProgressElement),
    sent: part('#picture-percent', HTMLElement),
    state: part('#picture-state', HTMLElement),
    upload: part('#upload', HTMLButtonElement),
    cancel: part('#cancel-upload', HTMLButtonElement),
    choose: part('#choose-file', HTMLButtonElement),
    change: part('#change-picture', HTMLButtonElement),
  };
  parts.form.noValidate = true;
  // Disabled until now: a click before the script has loaded would do nothing.
  parts.change.disabled = false;
  parts.dialog.append(parts.form);
  return parts;
}

/** Most characters of a file's name that are shown. */
const NAME_MAX = 32;

/** A long name without its middle, which says less than its end. */
function shortened(name: string): string {
  const all = Array.from(name);
  const half = NAME_MAX / 2;
  if (all.length <= NAME_MAX) return name;
  return [...all.slice(0, half - 1), '…', ...all.slice(-half)].join('');
}

/** The state before a file is chosen. */
export function showNothing(parts: Parts): void {
  showName(parts, '');
  parts.error.textContent = '';
  parts.state.textContent = '';
  parts.upload.textContent = 'Upload';
  showIdle(parts, false);
}

/** A file is being read, which takes a moment for a large photo. */
export function showOpening(parts: Parts, name: string): void {
  parts.error.textContent = '';
  parts.name.textContent = `Opening ${shortened(name)}...`;
  parts.upload.disabled = true;
}

/** A file was refused, and why; `kept` means that the one before is still there. */
export function showRefused(parts: Parts, reason: string, kept: boolean): void {
  parts.name.textContent = parts.name.dataset['framed'] ?? '';
  parts.error.textContent = kept ? `${reason} The picture before it is kept.` : reason;
  parts.upload.disabled = !kept;
}

/** A file is ready to be framed and sent; `note` is announced and shown beside its name. */
export function showReady(parts: Parts, name: string, note: string): void {
  showName(parts, [shortened(name), note].filter(Boolean).join(' – '));
  parts.state.textContent = ['Ready to upload.', note].filter(Boolean).join(' ');
  parts.upload.textContent = 'Upload';
  parts.upload.disabled = false;
}

/** Shows the name of the picture that is framed, and keeps it for when another file is refused. */
function showName({ name }: Parts, text: string): void {
  name.textContent = name.dataset['framed'] = text;
}

/** Bytes are being sent; `part` is from 0 to 1. */
export function showProgress(parts: Parts, part: number): void {
  const percent = Math.floor(part * 100);
  parts.error.textContent = '';
  parts.progress.hidden = false;
  parts.bar.value = percent;
  parts.sent.textContent = `Uploading... ${percent}%`;
  // Announced once: a region that changes with each per cent never stops talking.
  if (part === 0) parts.state.textContent = 'Uploading...';
  // Not disabled, which would lose the focus.
  parts.upload.ariaDisabled = 'true';
  parts.choose.ariaDisabled = 'true';
}

/** No upload is running; `ready` says whether one could start. */
export function showIdle(parts: Parts, ready: boolean): void {
  parts.progress.hidden = true;
  parts.bar.value = 0;
  parts.choose.ariaDisabled = null;
  parts.upload.ariaDisabled = null;
  parts.upload.disabled = !ready;
}

/** An upload failed; the chosen and framed picture is kept for another try. */
export function showFailure(parts: Parts, message: string): void {
  showIdle(parts, true);
  parts.state.textContent = '';
  parts.error.textContent = message;
  parts.upload.textContent = 'Try again';
  parts.upload.focus();
}
