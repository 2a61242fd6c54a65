import {
  type HttpError,
  InvalidImage,
  TooCostly,
  Unavailable,
  type ValidationError,
} from '../../errors.ts';
import { outsidePicture } from '../crop-error.ts';
import type { Crop, Size } from '../crop.ts';
import type { Rendition, WorkerReply } from '../messages.ts';
import { inMemory, type Upload } from '../upload.ts';

/** What is to be made of a picture. */
export interface Wanted {
  upload: Upload;
  renditions: readonly Rendition[];
  crop: Crop | undefined;
  whole: boolean;
}

/** A picture with its sender, and what has happened to it so far. */
export interface Job extends Wanted {
  resolve: (made: { files: Buffer[]; size: Size | undefined }) => void;
  reject: (error: HttpError) => void;
  /** It has already killed one worker. */
  retried: boolean;
  /** It was too slow beside others, so no other picture is decoded at the same time. */
  alone: boolean;
}

/** A picture as workers take it. */
export function asUpload(upload: Uint8Array | Upload): Upload {
  return upload instanceof Uint8Array ? inMemory(upload) : upload;
}

/** Settles the sender's promise with a worker's reply. Throws if the reply does not fit the request. */
export function conclude(job: Job, reply: WorkerReply, body: Buffer): void {
  if (reply.kind === 'rendered') {
    job.resolve({ files: split(body, reply.sizes, job.renditions), size: reply.picture });
  } else if (reply.kind === 'invalid') job.reject(invalid(reply));
  else if (reply.kind === 'unreadable') job.reject(unreadable(reply.reason));
  else if (reply.kind === 'outside') job.reject(outside(job.crop, reply.picture));
}

/** Splits a reply into its files; throws if they do not match the request. */
function split(body: Buffer, sizes: number[], renditions: readonly Rendition[]): Buffer[] {
  let end = 0;
  const files = sizes.map((size) => Buffer.from(body.subarray(end, (end += size))));
  if (end !== body.length || files.length !== renditions.length) throw new Error('wrong files');
  return files;
}

/** The error for a crop outside its picture; throws if the crop is inside. */
function outside(crop: Crop | undefined, picture: Size): ValidationError {
  const error = crop && outsidePicture(crop, picture);
  if (!error?.errors.length) throw new Error('a crop within its picture');
  return error;
}

function invalid({ reason, tooCostly }: { reason: string; tooCostly?: string | undefined }) {
  return tooCostly === undefined ? new InvalidImage(reason) : new TooCostly(tooCostly, reason);
}

function unreadable(reason: string): Unavailable {
  return new Unavailable('Media unavailable', { cause: new Error(reason) });
}

/** For a picture that takes too long even when it is decoded alone. */
export function tooSlow(): TooCostly {
  return new TooCostly('decoding it takes too long', 'decoder out of time');
}

/** The error for a picture that could not be decoded although it may be fine. */
export function unavailable(cause: string): Unavailable {
  return new Unavailable('Pictures cannot be processed right now. Please try again in a moment.', {
    cause,
  });
}
