/**
 * Keeps a message for the next page, which shows it like one from the server; `note`: it is
 * information, and not about something that was done.
 */
export function carryStatus(message: string, { note = false } = {}): void {
  try {
    sessionStorage.setItem('status', message);
    if (note) sessionStorage.setItem('status-note', '');
  } catch {
    // Without storage the next page shows no message, which does no harm.
  }
}

/** Shows a message in the page's place for one; screen readers announce it. */
export function showStatus(message: string): void {
  const place = document.querySelector('#status');
  if (!place) return;
  place.textContent = message;
  place.scrollIntoView({ block: 'nearest' });
}

/** Removes the shown message, because something new has begun. */
export function clearStatus(): void {
  document.querySelector('#status')?.replaceChildren();
}

/**
 * Announces the message this page came with: screen readers do not read a region that is filled
 * from the start.
 */
export function announceStatus(): void {
  const place = document.querySelector('#status');
  const message = place?.textContent ?? '';
  forgetInAddress();
  if (!place || message === '') return;
  requestAnimationFrame(() => {
    const copy = document.createTextNode(message);
    place.replaceChildren(copy);
  });
}

/** Removes the message's code from the address, so that a reloaded or shared page shows nothing old. */
function forgetInAddress(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has('done')) return;
  url.searchParams.delete('done');
  history.replaceState(history.state, '', url);
}
