/** The main part of an address, or of a text that looks like one. */
const bare = (address: string) => address.trim().replaceAll(/^https?:\/\/|\/$/g, '');

/** On paper each link is followed by its address; those that show it as their text need not be. */
export function markBareLinks(): void {
  addEventListener('beforeprint', () => {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.prose a[href^="http"]')) {
      const shown = bare(link.textContent);
      link.toggleAttribute('data-bare', shown === bare(link.getAttribute('href') ?? ''));
    }
  });
}
