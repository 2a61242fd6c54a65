/** The parts of the upload dialog, which the page brings along. */
export interface Parts {
  dialog: HTMLDialogElement;
  form: HTMLFormElement;
  input: HTMLInputElement;
  preview: HTMLCanvasElement;
  name: HTMLElement;
  error: HTMLElement;
  progress: HTMLElement;
  bar: HTMLProgressElement;
  percent: HTMLElement;
  state: HTMLElement;
  upload: HTMLButtonElement;
  cancel: HTMLButtonElement;
  choose: HTMLButtonElement;
  change: HTMLButtonElement;
}

/** Finds the parts and moves the form into the dialog, where it belongs with scripts. */
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
    preview: part('#picture-preview', HTMLCanvasElement),
    name: part('#file-name', HTMLElement),
    error: part('#file-error', HTMLElement),
    progress: part('#picture-progress', HTMLElement),
    bar: part('#picture-progress progress', HTMLProgressElement),
    percent: part('#picture-percent', HTMLElement),
    state: part('#picture-state', HTMLElement),
    upload: part('#upload', HTMLButtonElement),
    cancel: part('#cancel-upload', HTMLButtonElement),
    choose: part('#choose-file', HTMLButtonElement),
    change: part('#change-picture', HTMLButtonElement),
  };
  parts.form.noValidate = true;
  // Disabled until now: a click before the script has come would do nothing.
  parts.change.disabled = false;
  parts.dialog.append(parts.form);
  return parts;
}

/** As it is before a file is chosen. */
export function showNothing(parts: Parts): void {
  parts.preview.hidden = true;
  parts.name.textContent = '';
  parts.error.textContent = '';
  parts.state.textContent = '';
  parts.upload.disabled = true;
  parts.upload.textContent = 'Upload';
  showIdle(parts);
}

/** A file is ready to be sent; `note` is said and shown beside its name. */
export function showReady(parts: Parts, name: string, note: string): void {
  parts.name.textContent = [name, note].filter(Boolean).join(' – ');
  parts.state.textContent = ['Ready to upload.', note].filter(Boolean).join(' ');
  parts.upload.disabled = false;
  parts.upload.focus();
}

/** Bytes are on their way; `part` is from 0 to 1. */
export function showProgress(parts: Parts, part: number): void {
  const percent = Math.floor(part * 100);
  parts.progress.hidden = false;
  parts.bar.value = percent;
  parts.percent.textContent = `Uploading... ${percent}%`;
  // Said once: a region that changes with each per cent never stops talking.
  if (part === 0) parts.state.textContent = 'Uploading...';
  parts.upload.disabled = true;
  parts.choose.disabled = true;
}

/** No upload is under way. */
export function showIdle(parts: Parts): void {
  parts.progress.hidden = true;
  parts.bar.value = 0;
  parts.choose.disabled = false;
}

/** An upload failed; what was chosen is kept for another try. */
export function showFailure(parts: Parts, message: string): void {
  showIdle(parts);
  parts.state.textContent = '';
  parts.error.textContent = message;
  parts.upload.disabled = false;
  parts.upload.textContent = 'Try again';
  parts.upload.focus();
}
