/** Makes links that ask a question open its dialog instead of its page; buttons in a dialog close it. */
export function openDialogs(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>('a[data-dialog]');
    const plainClick = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plainClick) {
      const dialog = document.querySelector<HTMLDialogElement>(`#${link.dataset['dialog']}`);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
    }
    if (event.target.closest('[data-close]')) event.target.closest('dialog')?.close();
  });
}
