import type { FastifyRequest } from 'fastify';
import { HttpError } from '../errors.ts';

/**
 * The versions that If-Match names; undefined without the header and for `*`, which any version is.
 * Tags in another form are skipped: they match no version.
 */
export function namedVersions({ headers }: FastifyRequest): number[] | undefined {
  const given = headers['if-match']?.trim() ?? '';
  if (given === '' || given === '*') return undefined;
  return [...given.matchAll(/(?:W\/)?"(\d{1,15})"/g)].map(([, version]) => Number(version));
}

/** Whether a request says which version it changes. */
export function hasIfMatch({ headers }: FastifyRequest): boolean {
  return (headers['if-match'] ?? '').trim() !== '';
}

/** 428, for one that does not. */
export const ifMatchRequired = () =>
  new HttpError(428, 'If-Match is required: send the ETag of the draft that you change');
