import { randomBytes } from 'node:crypto';

/** A file made of each upload: a square of `size` pixels in a folder of the store. */
export interface Variant {
  folder: string;
  size: number;
  format: 'jpeg' | 'webp';
  quality: number;
}

/** The contract's picture; `profile_pics/` holds exactly one of these a person. */
export const MAIN: Variant = { folder: 'profile_pics', size: 300, format: 'jpeg', quality: 85 };

/** Offered by an `img` in `srcset`, so that no browser loads 300 px for 40. */
export const SMALL: readonly Variant[] = [
  { folder: 'profile_pics_64', size: 64, format: 'webp', quality: 80 },
  { folder: 'profile_pics_128', size: 128, format: 'webp', quality: 80 },
];

export const VARIANTS: readonly Variant[] = [MAIN, ...SMALL];

/** Shown by the API for users without a picture; pages draw initials instead. */
export const DEFAULT_PICTURE = '/static/profile_pics/default.jpg';

/** A new random key: 32 hexadecimal digits, never reused. */
export function newPictureKey(): string {
  return randomBytes(16).toString('hex');
}

/** The file's name in its folder: `image_file` of the API for MAIN. */
export function fileName(key: string, variant: Variant): string {
  return `${key}.${variant.format === 'jpeg' ? 'jpg' : 'webp'}`;
}

/** The key of one variant's file in the media store. */
export function storeKey(key: string, variant: Variant): string {
  return `${variant.folder}/${fileName(key, variant)}`;
}

/** The keys of all files of a picture. */
export function storeKeys(key: string): string[] {
  return VARIANTS.map((variant) => storeKey(key, variant));
}

/** `image_path` of the API: always relative, also with a CDN. */
export function imagePath(key: string | null): string {
  return key === null ? DEFAULT_PICTURE : `/media/${storeKey(key, MAIN)}`;
}

/** The URL by which pages load a file; `base` is `/media` or another address. */
export function mediaUrl(base: string, key: string, variant: Variant): string {
  return `${base}/${storeKey(key, variant)}`;
}

/** The key of the picture that a file of the media store belongs to. */
export function pictureKeyOf(storeKey: string): string {
  return storeKey.slice(storeKey.indexOf('/') + 1, storeKey.lastIndexOf('.'));
}
