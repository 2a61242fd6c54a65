/** Makes textareas as high as their text, in browsers that have no `field-sizing`. */
export function grow(areas: HTMLTextAreaElement[]): void {
  if (CSS.supports('field-sizing', 'content')) return;
  for (const area of areas) {
    const fit = (): void => {
      // Shrinks first, and keeps the page where it is meanwhile.
      const { scrollX, scrollY } = window;
      area.style.height = 'auto';
      area.style.height = `${area.scrollHeight}px`;
      scrollTo(scrollX, scrollY);
    };
    area.addEventListener('input', fit);
    addEventListener('resize', fit);
    fit();
  }
}
