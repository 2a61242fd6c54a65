import { hasEnd, withEnd } from './ending.ts';
import type { Frame } from './geometry.ts';
import { HEADER_BYTES, readHeader, type Header } from './header.ts';
import { kindRefusal, sizeRefusal, UNREADABLE, UNFINISHED, type Limits } from './refusal.ts';
import { canvasIsHonest, pack, type Parcel } from './shrink.ts';

/** A picture that is ready to be framed and sent. */
export interface Chosen {
  /** Null if this browser cannot show it; the server may know how. */
  decoded: ImageBitmap | null;
  /** What the person should know before it is sent, or `''`. */
  note: string;
  /** What is sent with that frame; a string says why it cannot be sent. */
  pack: (frame: Frame | null) => Promise<Parcel | string>;
}

/** A file that the server may accept. */
interface Opened {
  /** What may be sent as it is. */
  picture: Blob;
  /** Upright; null if this browser cannot show it. The caller closes it. */
  decoded: ImageBitmap | null;
  header: Header;
  /** Its bytes as Latin-1, '' for a file that is too large to be sent as it is. */
  text: string;
}

/** Opens a file that is within the server's limits; a string says why it is not. Its bytes may be too many. */
export async function openFile(file: Blob, limits: Limits): Promise<Opened | string> {
  const source = await held(file, limits.bytes);
  if (!source) return UNREADABLE;
  const header = readHeader(new Uint8Array(await source.slice(0, HEADER_BYTES).arrayBuffer()));
  const unfit = kindRefusal(header, limits);
  if (!header || unfit !== '') return unfit;
  // Larger files are never sent as they are.
  const text = source === file ? '' : await latin1(source);
  const { picture, decoded } = await open(source, header, text);
  if (!decoded && text !== '' && !hasEnd(text, header.format)) return UNFINISHED;
  return { picture, decoded, header, text };
}

/** Checks a file against the server's limits; a string says why it cannot be used. */
export async function choose(file: Blob, limits: Limits): Promise<Chosen | string> {
  const opened = await openFile(file, limits);
  if (typeof opened === 'string') return opened;
  const { picture, decoded, header, text } = opened;
  const exact = decoded !== null && isExact(header, decoded, text);
  const packed = async (frame: Frame | null): Promise<Parcel | string> => {
    const parcel = decoded
      ? await pack({ picture, decoded, exact }, frame, limits.bytes)
      : { picture, frame: null };
    return sizeRefusal(parcel.picture.size, limits) || parcel;
  };
  // A file that is too large is refused now, not after it was framed.
  const middle = await packed(null);
  if (typeof middle !== 'string') return { decoded, note: noteOf(header, decoded), pack: packed };
  decoded?.close();
  return middle;
}

/**
 * A copy in memory of a file that may be sent as it is, so that what is sent is what was shown even
 * if the file changes or moves. Null if it cannot be read, as a folder.
 */
async function held(file: Blob, most: number): Promise<Blob | null> {
  try {
    if (file.size <= most) return new Blob([await file.arrayBuffer()]);
    await file.slice(0, 1).arrayBuffer();
    return file;
  } catch {
    return null;
  }
}

async function latin1(blob: Blob): Promise<string> {
  return new TextDecoder('latin1').decode(await blob.arrayBuffer());
}

async function open(
  source: Blob,
  { format }: Header,
  text: string,
): Promise<{ picture: Blob; decoded: ImageBitmap | null }> {
  // Browsers disagree about EXIF here, and without an honest canvas the file itself would be sent.
  const unsure = format !== 'JPEG' && hasExif(text) && !canvasIsHonest();
  const decoded = unsure ? null : await decode(source);
  const ended = !decoded && format === 'JPEG' && text !== '' && (await withEnd(source));
  return ended ? { picture: ended, decoded: await decode(ended) } : { picture: source, decoded };
}

async function decode(picture: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(picture, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

/**
 * Whether server and browser see the same in the file. They may read orientation in EXIF differently,
 * and the first frame or the screen of a picture that moves.
 */
function isExact({ format, animated, width, height }: Header, decoded: ImageBitmap, text: string) {
  const sized = decoded.width === width && decoded.height === height;
  return sized && !animated && format !== 'GIF' && !hasExif(text);
}

/** A plain search instead of the format's rules, so that no EXIF a browser may find is missed. */
function hasExif(text: string): boolean {
  return /exif/i.test(text);
}

function noteOf({ animated }: Header, decoded: ImageBitmap | null): string {
  if (!decoded) return 'This browser cannot show it; if the server can, its middle is kept.';
  return animated ? 'This picture moves; its first frame is kept.' : '';
}
