import { HEADER_BYTES, readHeader } from './header.ts';
import { kindRefusal, sizeRefusal, type Limits } from './refusal.ts';
import { shrunk } from './shrink.ts';

/** A picture that is ready to be sent. */
export interface Chosen {
  /** what is sent: the file, or a smaller picture made of it */
  picture: Blob;
  /** null when this browser cannot show it; the server may still know how */
  decoded: ImageBitmap | null;
  /** worth knowing before it is sent, or `''` */
  note: string;
}

/** Checks a file against the server's limits and makes it smaller; a string says why it cannot be taken. */
export async function choose(file: Blob, limits: Limits): Promise<Chosen | string> {
  const header = readHeader(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  const unfit = kindRefusal(header, limits);
  if (unfit !== '') return unfit;
  const decoded = await decode(file);
  const still = decoded !== null && !header?.animated;
  const picture = still ? await shrunk(file, decoded) : file;
  const note = header?.animated ? 'This picture moves; its first frame is kept.' : '';
  return sizeRefusal(picture.size, limits) || { picture, decoded, note };
}

async function decode(file: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}
