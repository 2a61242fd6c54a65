import { onPixels, type Frame } from './geometry.ts';
import { HEADER_BYTES, readHeader } from './header.ts';
import { kindRefusal, sizeRefusal, type Limits } from './refusal.ts';
import { shrunk, type Parcel } from './shrink.ts';

/** A picture that is ready to be framed and sent. */
export interface Chosen {
  /** Null if this browser cannot show it; the server may be able to. */
  decoded: ImageBitmap | null;
  /** Something to know before sending, or `''`. */
  note: string;
  /** Makes what is sent for a frame; a string says why that is impossible. */
  pack: (frame: Frame | null) => Promise<Parcel | string>;
}

/** Checks a file against the server's limits; a string says why it is refused. */
export async function choose(file: Blob, limits: Limits): Promise<Chosen | string> {
  const header = readHeader(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  const unfit = kindRefusal(header, limits);
  if (unfit !== '') return unfit;
  const decoded = await decode(file);
  const animated = header?.animated ?? false;
  const pack = async (frame: Frame | null): Promise<Parcel | string> => {
    const still = decoded !== null && !animated;
    const parcel = still
      ? await shrunk(file, decoded, frame, limits.bytes)
      : { picture: file, frame: frame && decoded && onPixels(decoded, frame) };
    return sizeRefusal(parcel.picture.size, limits) || parcel;
  };
  // A file that is too large is refused now and not after framing.
  const middle = await pack(null);
  if (typeof middle !== 'string') return { decoded, note: noteOf(animated, decoded), pack };
  decoded?.close();
  return middle;
}

function noteOf(animated: boolean, decoded: ImageBitmap | null): string {
  if (animated) return 'This picture moves; its first frame is kept.';
  return decoded ? '' : 'This browser cannot show it; its middle is kept.';
}

async function decode(file: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}
