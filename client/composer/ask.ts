import { href } from '../href.ts';

/** A text as the server renders it; see src/drafts/preview.pages.ts. */
export interface Rendered {
  html: string;
  words: number;
  minutes: number;
  shown_plain: string | null;
}

/** Why a text cannot be previewed now, for people; `retry`: when to try again, in milliseconds. */
export class NoPreview extends Error {
  readonly retry: number | undefined;

  constructor(message: string, retry?: number) {
    super(message);
    this.retry = retry;
  }
}

const BUSY = 'The server is busy. This is the preview of an earlier text.';

/** Asks the server to render a text. Throws NoPreview. */
export async function render(content: string, format: string): Promise<Rendered> {
  const response = await fetch(href('/posts/preview'), {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ content, format }),
  }).catch(() => {
    throw new NoPreview('No connection. This is the preview of an earlier text.', 10_000);
  });
  if (response.ok) {
    const rendered = (await response.json().catch(() => undefined)) as Rendered | undefined;
    if (rendered) return rendered;
  }
  const { status } = response;
  if (status === 401)
    throw new NoPreview('You have been logged out. What you write is kept in this browser.');
  const wait = Number(response.headers.get('retry-after') ?? 5);
  if (status === 429 || status === 503) throw new NoPreview(BUSY, Math.max(1, wait) * 1000);
  if (status === 413) throw new NoPreview('This text is too long for a preview.');
  throw new NoPreview(`This text cannot be previewed (error ${status}).`);
}
