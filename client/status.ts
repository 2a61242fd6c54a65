/**
 * Keeps a message for the next page, whose first script takes it and shows it as if the server had
 * sent it.
 */
export function carryStatus(message: string): void {
  try {
    sessionStorage.setItem('status', message);
  } catch {
    // Without storage the next page says nothing, which is no reason to fail.
  }
}

/** Shows a message where every page has its place for one; screen readers say it. */
export function showStatus(message: string): void {
  const place = document.querySelector('#status');
  if (!place) return;
  place.textContent = message;
  place.scrollIntoView({ block: 'nearest' });
}

/** Says the message this page came with: a region that is filled from the start is not read out. */
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

/** A page that is loaded again, or shared, has nothing new to say. */
function forgetInAddress(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has('done')) return;
  url.searchParams.delete('done');
  history.replaceState(history.state, '', url);
}
