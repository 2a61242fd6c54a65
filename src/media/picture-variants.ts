import { randomBytes } from 'node:crypto';

/** What a picture is for. */
export type PictureKind = 'face' | 'post' | 'site';

/** A file made of each upload, in a folder of the store. */
export interface Variant {
  folder: string;
  /** Pixels: the side of a face's square, the longer side of a post's picture. */
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

/** The JPEG of a post's picture: for feeds, mails, link previews and other programs. */
export const POST_JPEG: Variant = { folder: 'post_jpeg', size: 960, format: 'jpeg', quality: 82 };

/** The files in which pages show a post's picture, the largest first. */
export const POST_WEBP: readonly Variant[] = [
  { folder: 'post_1920', size: 1920, format: 'webp', quality: 80 },
  { folder: 'post_960', size: 960, format: 'webp', quality: 80 },
  { folder: 'post_480', size: 480, format: 'webp', quality: 80 },
];

export const POST_VARIANTS: readonly Variant[] = [...POST_WEBP, POST_JPEG];

/** The blog's logo. */
export const LOGO: Variant = { folder: 'site_logo', size: 800, format: 'webp', quality: 85 };

/** The files of each kind of picture. */
export const KINDS: Readonly<Record<PictureKind, readonly Variant[]>> = {
  face: VARIANTS,
  post: POST_VARIANTS,
  site: [LOGO],
};

/** Shown by the API for users without a picture; pages draw initials instead. */
const DEFAULT_PICTURE = '/static/profile_pics/default.jpg';

/** A new random key: 32 hexadecimal digits, never reused. */
export function newPictureKey(): string {
  return randomBytes(16).toString('hex');
}

/** The file's name in its folder: `image_file` of the API for MAIN. */
export function fileName(key: string, variant: Variant): string {
  return `${key}.${variant.format === 'jpeg' ? 'jpg' : 'webp'}`;
}

/** Where the files of the media store are, below the blog's path. */
export const MEDIA = '/media';

/** The key of one variant's file in the media store. */
export function storeKey(key: string, variant: Variant): string {
  return `${variant.folder}/${fileName(key, variant)}`;
}

/** The keys of all files of a picture. */
export function storeKeys(key: string, kind: PictureKind = 'face'): string[] {
  return KINDS[kind].map((variant) => storeKey(key, variant));
}

/** What the picture of this file is for, by its folder; undefined for a folder of no kind. */
export function kindOfFile(storeKey: string): PictureKind | undefined {
  const folder = storeKey.slice(0, storeKey.indexOf('/'));
  const kinds = Object.keys(KINDS) as PictureKind[];
  return kinds.find((kind) => KINDS[kind].some((variant) => variant.folder === folder));
}

/** `image_path` of the API: always relative, also with a CDN. */
export function imagePath(key: string | null): string {
  return key === null ? DEFAULT_PICTURE : `/media/${storeKey(key, MAIN)}`;
}

/** The URL by which pages load a file; `base` is `/media` or another address. */
export function mediaUrl(base: string, key: string, variant: Variant): string {
  return `${base}/${storeKey(key, variant)}`;
}

/** The size in pixels of a post's picture in this variant, given the size of its largest file. */
export function sizeOf(
  { width, height }: { width: number; height: number },
  variant: Variant,
): { width: number; height: number } {
  const shrunk = Math.min(1, variant.size / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * shrunk));
  return { width: side(width), height: side(height) };
}

/** The key of the picture that a file of the media store belongs to. */
export function pictureKeyOf(storeKey: string): string {
  return storeKey.slice(storeKey.indexOf('/') + 1, storeKey.lastIndexOf('.'));
}
