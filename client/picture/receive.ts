/** Calls `take` with each picture that is chosen, dropped anywhere on the page, or pasted. */
export function receiveFiles(
  section: HTMLElement,
  input: HTMLInputElement,
  take: (file: File) => void,
): void {
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    // Emptied, so that choosing the same file again is a change too.
    input.value = '';
    if (file) take(file);
  });
  document.addEventListener('paste', ({ clipboardData }) => {
    const file = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file && !otherDialogOpen()) take(file);
  });
  receiveDrops(section, take);
}

/** The whole page accepts drops: a near miss would otherwise leave the page and show the file. */
function receiveDrops(section: HTMLElement, take: (file: File) => void): void {
  const mark = (on: boolean): void => void section.classList.toggle('dropping', on);
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) mark(false);
  });
  document.addEventListener('drop', (event) => {
    mark(false);
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    if (!otherDialogOpen()) take(file);
  });
}

function otherDialogOpen(): boolean {
  return document.querySelector('dialog[open]:not(#picture-dialog)') !== null;
}
