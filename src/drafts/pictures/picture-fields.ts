import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { ValidationError } from '../../errors.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { FILES_MAX } from './add-pictures.service.ts';
import { applyTray } from './tray.ts';

/**
 * Route options for a form that may bring pictures, from somebody who is signed in. Before anything
 * else, alt texts and captions typed into picture fields are written into the post's text.
 */
export function withPictures(ctx: Context, { writing }: Pages) {
  const { MAX_UPLOAD_SIZE_BYTES: max, spoolDir: folder } = ctx.config;
  const files = ({ viewer }: FastifyRequest) =>
    viewer ? { max, count: FILES_MAX, folder } : undefined;
  const writeTexts = async (request: FastifyRequest): Promise<void> => {
    try {
      applyTray(request);
    } catch (error) {
      // The error is shown beside the field when the form is handled.
      if (!(error instanceof ValidationError)) throw error;
    }
  };
  return {
    ...writing,
    config: { ...writing.config, files },
    preValidation: [writeTexts, writing.preValidation],
  };
}
