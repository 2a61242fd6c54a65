import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { viewerOf } from '../auth/viewer.ts';
import type { App } from '../http/app-type.ts';
import { readForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { PostUpdate } from '../posts/post.ts';
import { SHOWN_PLAIN, type Format, type Rendered } from '../text/rendered.ts';
import { minutesOf } from '../text/words.ts';
import { withBasePath } from '../views/stored-markup.ts';
import type { PreviewText } from './preview.service.ts';

/** What may be previewed: a text that is not finished. */
const Preview = Type.Object({
  content: Type.Optional(Type.String()),
  format: PostUpdate.properties.format,
});

/** What a script gets: `shown_plain` is why the text is shown as it was typed, the end of a sentence. */
const PreviewResponse = Type.Object({
  html: Type.String(),
  words: Type.Integer(),
  minutes: Type.Integer(),
  shown_plain: Type.Union([Type.String(), Type.Null()]),
});

/** `POST /posts/preview`: the preview that a script shows beside the text. */
export function registerPreview(app: App, pages: Pages, preview: PreviewText): void {
  const schema = { hide: true, response: { 200: PreviewResponse } } as const;
  app.post('/posts/preview', { ...pages.form, schema }, async (request) =>
    toResponse(app, await preview(viewerOf(request), readPreview(request))),
  );
}

/** Throws ValidationError. */
export function readPreview(request: FastifyRequest): { content: string; format: Format } {
  const { content = '', format } = readForm(request, Preview);
  return { content: withLineFeeds(content), format: format ?? 'text' };
}

/** Browsers send line ends as CR LF; they are stored as an API client would send them. */
function withLineFeeds(content: string): string {
  return content.replaceAll('\r\n', '\n');
}

function toResponse(
  app: App,
  { html, words, shownPlain }: Rendered,
): Static<typeof PreviewResponse> {
  return {
    html: withBasePath(app, html),
    words,
    minutes: minutesOf(words),
    shown_plain: shownPlain && SHOWN_PLAIN[shownPlain],
  };
}
