import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inMemory, type Upload } from '../../images/upload.ts';
import { refuseEncoded } from './content-type.ts';
import { readParts } from './multipart.ts';
import { openSpool, type Spool } from './spool.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The limits for files in a form from this sender; without it, or if it returns undefined,
     * files are ignored.
     */
    files?: (request: FastifyRequest) => FileLimits | undefined;
  }
  interface FastifyRequest {
    /** The files of a form, in its order; they are discarded once the request was answered. */
    files: FormFile[] | null;
  }
}

interface FileLimits {
  /** Bytes of each file, and how many files are taken. */
  max: number;
  count: number;
  /** Where a large file waits. */
  folder: string;
}

/** A file that came with a form. */
export interface FormFile {
  /** What its sender calls it; may be anything. */
  name: string;
  upload: Upload;
  /** It has too many bytes, or came after too many others: its bytes were not kept. */
  refused?: 'large' | 'many';
}

const EMPTY = inMemory(Buffer.alloc(0));

/** Parts of a form beside its files: two texts for each of 50 pictures, and the other fields. */
const FIELDS_MAX = 200;
/** Bytes for the head of each part. */
const HEAD_MAX = 512;

/** Discards the files of a form after its answer. */
export function registerFormFiles(app: FastifyInstance): void {
  app.decorateRequest('files', null);
  app.addHook('onResponse', async ({ files }) => {
    await Promise.all((files ?? []).map(({ upload }) => upload.discard()));
  });
}

/**
 * The text fields of a multipart form, of at most `maxText` bytes together; its files become `request.files`. A file that
 * is too large does not refuse the form. Throws as readMultipartFields.
 */
export async function readFormWithFiles(
  request: FastifyRequest,
  maxText: number,
  { max, count, folder }: FileLimits,
): Promise<Record<string, string>> {
  refuseEncoded(request);
  const spools = new Map<Readable, Spool>();
  const sent = new Map<Readable, Omit<FormFile, 'upload'>>();
  const uploads = new Map<Readable, Upload>();
  const receive = async (stream: Readable, name: string): Promise<Upload> => {
    if (sent.size >= count) {
      sent.set(stream, { name, refused: 'many' });
      let size = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
      return { ...EMPTY, size };
    }
    sent.set(stream, { name });
    const spool = openSpool(stream, folder);
    spools.set(stream, spool);
    const upload = await spool.upload;
    uploads.set(stream, upload);
    return upload;
  };
  const maxParts = FIELDS_MAX + 2 * count;
  try {
    const parts = await readParts(
      request,
      {
        maxFile: max,
        maxText,
        files: count,
        maxParts,
        maxHeads: maxParts * HEAD_MAX,
        onTooLarge: (stream) => {
          const file = sent.get(stream);
          if (file) file.refused = 'large';
        },
      },
      receive,
    );
    const files = [...sent].map(([stream, file]) => ({
      ...file,
      upload: uploads.get(stream) ?? EMPTY,
    }));
    // Browsers send an empty file if none was chosen.
    request.files = files.filter(({ name, upload }) => name !== '' || upload.size > 0);
    const fields: Record<string, string> = Object.create(null);
    for (const part of parts) if ('text' in part) fields[part.name] = part.text;
    return fields;
  } catch (error) {
    await Promise.all([...spools.values()].map((spool) => spool.discard()));
    throw error;
  }
}
