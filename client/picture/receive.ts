/**
 * Calls `take` with the pictures that are chosen, dropped anywhere on the page, or pasted. `section` is marked while
 * files are dragged over the page.
 */
export function receiveFiles(
  section: HTMLElement,
  input: HTMLInputElement,
  take: (files: [File, ...File[]]) => void,
): void {
  const give = (files: File[]): void => {
    const [first, ...others] = files;
    if (first) take([first, ...others]);
  };
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // Emptied, so that choosing the same file again is a change too.
    input.value = '';
    give(files);
  });
  document.addEventListener('paste', (event) => {
    const { clipboardData } = event;
    // A copied part of a document is text, although it comes with its picture.
    const isDocument = ['text/plain', 'text/html'].every((type) =>
      clipboardData?.types.includes(type),
    );
    const files = [...(clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
    if (isDocument || files.length === 0 || otherDialogOpen()) return;
    // Otherwise the name of a copied file is pasted, too.
    event.preventDefault();
    give(files);
  });
  receiveDrops(section, give);
}

/** The whole page accepts drops: a near miss would otherwise leave the page and show the file. */
function receiveDrops(section: HTMLElement, give: (files: File[]) => void): void {
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
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (!otherDialogOpen()) give(files);
  });
}

function otherDialogOpen(): boolean {
  return document.querySelector('dialog[open]:not(#picture-dialog)') !== null;
}
