/** The longest side of what is sent, in pixels: four times the picture that is kept. */
const MAX_SIDE = 1200;
/** A narrower strip would leave the kept square with fewer pixels than it has now. */
const MAX_ASPECT = 4;
/** Below this many bytes there is nothing to gain. */
const WORTH_IT = 200 * 1024;
const QUALITY = 0.9;

/**
 * A JPEG of at most 1200 px when that is smaller than the file, else the file itself. `decoded` is
 * upright already. What is transparent becomes white, as the server would make it.
 */
export async function shrunk(file: Blob, decoded: ImageBitmap): Promise<Blob> {
  const long = Math.max(decoded.width, decoded.height);
  const short = Math.min(decoded.width, decoded.height);
  if (file.size < WORTH_IT || long / short > MAX_ASPECT || !canvasIsHonest()) return file;
  const scale = Math.min(1, MAX_SIDE / long);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(decoded.width * scale);
  canvas.height = Math.round(decoded.height * scale);
  paint(canvas, decoded);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
  return blob !== null && blob.type === 'image/jpeg' && blob.size < file.size ? blob : file;
}

function paint(canvas: HTMLCanvasElement, decoded: ImageBitmap): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(decoded, 0, 0, canvas.width, canvas.height);
}

/** Browsers that resist fingerprinting hand out noise in place of what was drawn. */
function canvasIsHonest(): boolean {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 2;
  const context = canvas.getContext('2d');
  if (!context) return false;
  context.fillStyle = '#c86432';
  context.fillRect(0, 0, 2, 2);
  const drawn = [200, 100, 50, 255];
  const read = context.getImageData(0, 0, 2, 2).data;
  return read.every((value, index) => Math.abs(value - (drawn[index % 4] ?? 0)) < 8);
}

/** Draws the square that the server will keep: the middle, filled. */
export function preview(canvas: HTMLCanvasElement, decoded: ImageBitmap): void {
  const side = Math.min(decoded.width, decoded.height);
  const left = (decoded.width - side) / 2;
  const top = (decoded.height - side) / 2;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(decoded, left, top, side, side, 0, 0, canvas.width, canvas.height);
}
