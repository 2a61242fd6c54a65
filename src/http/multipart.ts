import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { HttpError, ValidationError } from '../errors.ts';
import { mediaType, refuseEncoded } from './body.ts';

/** Parts of one body; a form of ours has fewer than ten. */
const PARTS_MAX = 100;
/** Room for boundaries, part headers and small fields beside the file, bytes. */
const ENVELOPE_MAX = 64 * 1024;

type Part = { name: string } & ({ text: string } | { file: Buffer });

/**
 * The bytes of the one part `file`. Stops reading at the first byte above `max`; what it leaves
 * unread is unread-body.ts's to deal with. Throws 400 for a file above `max`, 422 for none, a
 * second one or a text field of that name, other 4xx for what is no multipart body.
 */
export async function readFilePart(request: FastifyRequest, max: number): Promise<Buffer> {
  if (mediaType(request) !== 'multipart/form-data') throw fileError('missing', 'Field required');
  refuseEncoded(request);
  if (contentLength(request) > max + ENVELOPE_MAX) throw fileTooLarge(max);
  const parts = await readParts(request, { maxFile: max, maxText: ENVELOPE_MAX });
  const part = parts.find(({ name }) => name === 'file');
  if (part === undefined) throw fileError('missing', 'Field required');
  if (!('file' in part)) throw fileError('value_error', 'Value error, expected a file');
  const files = parts.filter((one) => 'file' in one || one.name === 'file');
  if (files.length > 1) throw fileError('value_error', 'Value error, only one file is taken');
  return part.file;
}

/** The text fields of a form; the last of a name counts, and files are passed over. */
export async function readMultipartFields(
  request: FastifyRequest,
  max: number,
): Promise<Record<string, string>> {
  refuseEncoded(request);
  if (contentLength(request) > max + ENVELOPE_MAX) throw tooLarge();
  const fields: Record<string, string> = Object.create(null);
  for (const part of await readParts(request, { maxFile: ENVELOPE_MAX, maxText: max })) {
    if ('text' in part) fields[part.name] = part.text;
  }
  return fields;
}

async function readParts(
  request: FastifyRequest,
  { maxFile, maxText }: { maxFile: number; maxText: number },
): Promise<Part[]> {
  const { raw } = request;
  const parts: Part[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A request also closes after it has ended well.
  const onCut = () => raw.complete || reject(malformed());
  let total = 0;
  const onData = (chunk: Buffer) => {
    total += chunk.length;
    if (total > maxFile + maxText + ENVELOPE_MAX) reject(tooLarge());
  };
  const parser = openParser(request, maxFile, maxText)
    .on('field', (name, text, _nameCut, cut) => {
      if (cut) reject(tooLarge());
      else parts.push({ name, text });
    })
    .on('file', (name, stream) => {
      collectFile(stream).then(
        (file) => parts.push({ name, file }),
        (error: Error) => reject(error.message === 'limit' ? fileTooLarge(maxFile) : malformed()),
      );
    })
    .on('partsLimit', () => reject(tooLarge()))
    .on('error', (error) => reject(malformed(error)))
    .on('finish', () => setImmediate(resolve));
  raw.on('data', onData).once('error', onCut).once('close', onCut).pipe(parser);
  try {
    await promise;
  } catch (error) {
    // The parser calls a body without a byte malformed; for the contract it is a form without fields.
    if (total > 0 || !raw.complete) throw error;
  } finally {
    raw.unpipe(parser).off('data', onData).off('error', onCut).off('close', onCut).pause();
  }
  // The parser drops part headers past its limit without a word.
  const payload = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  if (total - payload > ENVELOPE_MAX) throw tooLarge();
  return parts;
}

function sizeOf(part: Part): number {
  return 'file' in part ? part.file.length : Buffer.byteLength(part.text);
}

function openParser(request: FastifyRequest, fileSize: number, fieldSize: number) {
  const limits = { fileSize, fieldSize, parts: PARTS_MAX, headerPairs: 50 };
  const headers = { ...request.headers, 'content-type': request.contentType };
  // Only a file name makes a file; the declared type of a part decides nothing.
  const isPartAFile = (_name: string | undefined, _type: string | undefined, fileName?: string) =>
    fileName !== undefined;
  try {
    return new Busboy({ headers, limits, isPartAFile });
  } catch (error) {
    throw malformed(error);
  }
}

function collectFile(stream: BusboyFileStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('limit', () => reject(new Error('limit')))
      .once('error', reject)
      .once('end', () => resolve(Buffer.concat(chunks)));
  });
}

function contentLength(request: FastifyRequest): number {
  return Number(request.headers['content-length'] ?? 0);
}

const malformed = (cause?: unknown) =>
  new HttpError(400, 'There was an error parsing the body', { cause });
const tooLarge = () => new HttpError(413, 'Request body too large');

const fileTooLarge = (max: number) =>
  new HttpError(400, `File too large. Maximum size is ${sizeInWords(max)}`);

/** A limit as the contract says it: in whole MB, in KB below one. */
export function sizeInWords(bytes: number): string {
  const MB = 1024 * 1024;
  return bytes >= MB ? `${Math.floor(bytes / MB)}MB` : `${Math.floor(bytes / 1024)}KB`;
}

function fileError(type: string, msg: string): ValidationError {
  return new ValidationError([{ type, loc: ['body', 'file'], msg, input: null }]);
}
