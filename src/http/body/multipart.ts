import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '../../errors.ts';
import type { Upload } from '../../images/upload.ts';
import { boundaryOf, malformed } from './boundary.ts';
import { refuseEncoded } from './content-type.ts';
import { reserveBodyMemory, tooManyBodies } from './memory-budget.ts';
import { sizeInWords } from './size-in-words.ts';
import { openSpool, type Spool } from './spool.ts';
import { sendContinue } from '../connection/head-validation.ts';

/** Parts of one body; our forms have fewer than ten, except those with pictures. */
const PARTS_MAX = 100;
/** Bytes for small fields beside the file, and for what is read before its kind is known. */
const ENVELOPE_MAX = 64 * 1024;
/**
 * Bytes of boundaries, part headers and everything outside the parts: as many as for a request's
 * own head.
 */
const HEADS_MAX = 16 * 1024;
/**
 * Bytes of a file that may wait while earlier ones are written. They are then written together:
 * written as they arrive, in pieces of 64 KB, an upload of 4 MB went to another thread and back
 * sixty times.
 */
const AHEAD = 256 * 1024;

/** A part of a multipart body; one with a file name is a file. */
export type Part = { name: string } & ({ text: string } | { file: Upload });

/** The body of an upload; the caller must discard its files. */
interface UploadBody {
  parts: Part[];
  /** Discards every file, complete or not. */
  discard: () => Promise<void>;
}

/**
 * Reads a body with a file of at most `max` bytes; large files wait in `folder`. Stops at the first
 * byte above the limit; drain-body.ts handles the rest. Throws 400 for a file above `max`, another
 * 4xx if it is not a multipart body, and 503 if the disk is full.
 */
export async function readUploadBody(
  request: FastifyRequest,
  { max, folder }: { max: number; folder: string },
): Promise<UploadBody> {
  refuseEncoded(request);
  if (contentLength(request) > max + ENVELOPE_MAX) throw fileTooLarge(max);
  const spools: Spool[] = [];
  let over = false;
  const receive = (stream: Readable) => {
    const spool = openSpool(stream, folder);
    spools.push(spool);
    // The parser may still find another file in its buffer when nobody waits for files any more.
    if (over) void spool.discard();
    return spool.upload;
  };
  const discard = async () => {
    over = true;
    await Promise.all(spools.map((spool) => spool.discard()));
  };
  try {
    const limits = { maxFile: max, maxText: ENVELOPE_MAX };
    return { parts: await readParts(request, limits, receive), discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** The text fields of a form; the last of a name counts, and files are skipped. */
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

interface PartLimits {
  /** bytes of one file, and of all texts */
  maxFile: number;
  maxText: number;
  /** files that may be sent at once, and parts of any kind */
  files?: number;
  maxParts?: number;
  maxHeads?: number;
  /** Gets the stream and the name of a file with too many bytes, which is cut; without it such a file is refused. */
  onTooLarge?: (stream: Readable) => void;
}

/** Gives each file, of at most `maxFile` bytes, to `receive`; without that, files are ignored. */
export async function readParts(
  request: FastifyRequest,
  { maxFile, maxText, files: maxFiles = 1, onTooLarge, ...limits }: PartLimits,
  receive?: (stream: Readable, fileName: string) => Promise<Upload>,
): Promise<Part[]> {
  const { raw } = request;
  const most = maxFiles * maxFile + maxText + ENVELOPE_MAX;
  if (contentLength(request) > most) throw tooLarge();
  const parts: Part[] = [];
  const files: Promise<void>[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // `close` also follows a normal end, and may come before a fully sent body is fully read.
  const onCut = () => raw.readableEnded || reject(malformed());
  let total = 0;
  let texts = 0;
  let fileBytes = 0;
  let cut = false;
  const fits = reserveBodyMemory(request);
  const onData = (chunk: Buffer) => {
    total += chunk.length;
    if (total > most) reject(tooLarge());
    // Files do not count: they go through spools.
    else if (!fits(Math.min(total, maxText))) reject(tooManyBodies());
  };
  const onFile = (name: string) => (file: Upload) => {
    fileBytes += file.size;
    parts.push({ name, file });
  };
  const onFailure = (error: unknown) => reject(error instanceof HttpError ? error : malformed());
  const parser = openParser(request, { maxFile, maxText, maxParts: limits.maxParts ?? PARTS_MAX })
    .on('field', (name, text, _nameCut, textCut) => {
      texts += Buffer.byteLength(text);
      if (textCut || texts > maxText) reject(tooLarge());
      else parts.push({ name, text });
    })
    .on('file', (name, stream, fileName) => {
      stream.once('limit', () => {
        cut = true;
        if (onTooLarge) onTooLarge(stream);
        else reject(fileTooLarge(maxFile));
      });
      if (receive) files.push(receive(stream, fileName).then(onFile(name), onFailure));
      else stream.on('data', (chunk: Buffer) => (fileBytes += chunk.length));
      // A spool reports its stream's errors itself, and destroys the stream after its own.
      stream.on('error', receive ? () => {} : onFailure);
    })
    .on('partsLimit', () => reject(tooLarge()))
    .on('error', (error) => reject(malformed(error)))
    .on('finish', () => setImmediate(() => void Promise.all(files).then(() => resolve())));
  sendContinue(raw);
  raw.on('data', onData).once('error', onCut).once('close', onCut).pipe(parser);
  try {
    await promise;
  } catch (error) {
    // The parser calls an empty body malformed; in the contract it is a form without fields.
    if (total > 0 || !raw.complete) throw error;
  } finally {
    raw.unpipe(parser).off('data', onData).off('error', onCut).off('close', onCut).pause();
  }
  // The parser silently drops part headers past its limit.
  if (!cut && total - texts - fileBytes > (limits.maxHeads ?? HEADS_MAX)) throw tooLarge();
  return parts;
}

function openParser(
  request: FastifyRequest,
  {
    maxFile: fileSize,
    maxText: fieldSize,
    maxParts: parts,
  }: { maxFile: number; maxText: number; maxParts: number },
) {
  const limits = { fileSize, fieldSize, parts, headerPairs: 50 };
  const headers = {
    ...request.headers,
    'content-type': `multipart/form-data; boundary="${boundaryOf(request.contentType)}"`,
  };
  // Only a file name makes a file; a part's declared type does not matter.
  const isPartAFile = (_name: string | undefined, _type: string | undefined, fileName?: string) =>
    fileName !== undefined;
  try {
    return new Busboy({ headers, limits, isPartAFile, fileHwm: AHEAD });
  } catch (error) {
    throw malformed(error);
  }
}

function contentLength(request: FastifyRequest): number {
  return Number(request.headers['content-length'] ?? 0);
}

const tooLarge = () => new HttpError(413, 'Request body too large');

export const fileTooLarge = (max: number) =>
  new HttpError(400, `File too large. Maximum size is ${sizeInWords(max)}`);
