import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import { sizeInWords } from '../../http/body/size-in-words.ts';
import type { PageContext } from '../../http/pages/page-context.ts';
import { MAX_PIXELS } from '../../images/inspect.ts';
import { listTags } from '../../tags/tags.service.ts';
import type { Html } from '../../views/html.ts';
import { composerPage, type Composed } from '../composer.views.ts';
import { findTray } from '../pictures/tray.service.ts';
import type { ShownTray } from '../pictures/tray.views.ts';
import type { Place } from './place.ts';

/** Tags that the composer suggests: those with the most posts. */
const SUGGESTED = 100;

/** The form's values, with questions and errors about its pictures. */
type State = Composed & Pick<ShownTray, 'question' | 'refused'>;

/** Makes the page of the composer for a request. */
export type ShowComposer = (request: FastifyRequest, place: Place, state: State) => Promise<Html>;

/** The page has the pictures of the form's text, and tags to choose from. */
export function createShowComposer(ctx: Context, pageContext: PageContext): ShowComposer {
  const { MAX_UPLOAD_SIZE_BYTES: bytes } = ctx.config;
  const limits = { bytes, pixels: MAX_PIXELS, size: sizeInWords(bytes) };
  return async (request, place, state) => {
    const { question, refused } = state;
    const found = await findTray(ctx, viewerOf(request), state.values['content'] ?? '');
    const suggested = await listTags(ctx, viewerOf(request), SUGGESTED);
    const tray = { ...found, limits, ...(question && { question }), ...(refused && { refused }) };
    return composerPage(pageContext(request, place.h1), place, {
      ...state,
      tray,
      suggested: suggested.map(({ name }) => name),
    });
  };
}
