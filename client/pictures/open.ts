/** Makes links of pictures in posts open the picture above the page. The code for it is loaded with the first one. */
export function openPictures(): void {
  document.addEventListener('click', (event) => {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (!(target instanceof Element) || button !== 0) return;
    if (ctrlKey || metaKey || shiftKey || altKey) return;
    const link = target.closest<HTMLAnchorElement>('.prose a.picture');
    if (!link) return;
    event.preventDefault();
    import('./viewer.ts').then(
      ({ viewPicture }) => viewPicture(link),
      () => location.assign(link.href),
    );
  });
}
