import sharp from 'sharp';

/** The loaders of JPEG, PNG, GIF and WebP, from memory only: no file is ever named to libvips. */
const WANTED = ['Jpeg', 'Png', 'Nsgif', 'Webp'].map((name) => `VipsForeignLoad${name}Buffer`);

/**
 * Takes from libvips, for the rest of the process, every way to read a picture but the wanted ones:
 * SVG, PDF, TIFF, HEIF, its own format and more, whatever a file's first bytes say.
 */
export function blockUnwantedLoaders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: WANTED });
}
