import { openFile } from '../../picture/choose.ts';
import type { Format } from '../../picture/header.ts';
import { sizeRefusal, type Limits } from '../../picture/refusal.ts';
import { canvasIsHonest } from '../../picture/shrink.ts';

/** The longest side of what is sent, in pixels: that of the largest file which the server makes. */
const MAX_SIDE = 1920;
const QUALITY = 0.9;

/** A picture that is ready to be sent. */
interface Prepared {
  picture: Blob;
  /** What its writer should know, or ''. */
  note: string;
}

/** Checks a file and makes it as small as the server needs it; a string says why it cannot be used. */
export async function prepare(file: Blob, limits: Limits): Promise<Prepared | string> {
  const opened = await openFile(file, limits);
  if (typeof opened === 'string') return opened;
  const { picture, decoded, header } = opened;
  try {
    const sent = decoded ? await fitted(picture, decoded, header.format, limits.bytes) : picture;
    const note = header.animated ? 'This picture moves; its first frame is kept.' : '';
    return sizeRefusal(sent.size, limits) || { picture: sent, note };
  } finally {
    decoded?.close();
  }
}

/** The file itself, unless it has more pixels or bytes than needed and can be made smaller here. */
async function fitted(
  picture: Blob,
  decoded: ImageBitmap,
  format: Format,
  most: number,
): Promise<Blob> {
  const large = Math.max(decoded.width, decoded.height) > MAX_SIDE;
  if ((!large && picture.size <= most) || !canvasIsHonest()) return picture;
  for (const side of [MAX_SIDE, MAX_SIDE / 2]) {
    const { canvas, transparent } = draw(decoded, side, format);
    for (const type of typesFor(format, transparent)) {
      const shrunk = await encode(canvas, type);
      if (!shrunk || shrunk.size > most) continue;
      return shrunk.size < picture.size || picture.size > most ? shrunk : picture;
    }
  }
  return picture;
}

type Type = 'image/jpeg' | 'image/png' | 'image/webp';

/** The types to try, best first: lossless for drawn formats, then lossy if that is too large. */
function typesFor(format: Format, transparent: boolean): Type[] {
  if (transparent) return ['image/png', 'image/webp'];
  return format === 'PNG' || format === 'GIF' ? ['image/png', 'image/jpeg'] : ['image/jpeg'];
}

function draw(decoded: ImageBitmap, side: number, format: Format) {
  const scale = Math.min(1, side / Math.max(decoded.width, decoded.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(decoded.width * scale));
  canvas.height = Math.max(1, Math.round(decoded.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return { canvas, transparent: false };
  context.imageSmoothingQuality = 'high';
  context.drawImage(decoded, 0, 0, canvas.width, canvas.height);
  return { canvas, transparent: format !== 'JPEG' && isTransparent(context) };
}

function isTransparent(context: CanvasRenderingContext2D): boolean {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

/** Null if the browser cannot encode it. */
async function encode(canvas: HTMLCanvasElement, type: Type): Promise<Blob | null> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, QUALITY));
  return blob?.type === type ? blob : null;
}
