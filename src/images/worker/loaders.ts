import sharp from 'sharp';

/** The loaders of JPEG, PNG, GIF and WebP, from memory only: libvips never gets a file name. */
const WANTED = ['Jpeg', 'Png', 'Nsgif', 'Webp'].map((name) => `VipsForeignLoad${name}Buffer`);

/**
 * Blocks every other way to read a picture in libvips for the rest of the process: SVG, PDF, TIFF,
 * HEIF, its own format and more, whatever a file's first bytes say.
 */
export function blockUnwantedLoaders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: WANTED });
}
