import Type, { type Static } from 'typebox';
import type { PostPictureRow } from '../../db/schema.ts';
import { isoMicros } from '../../db/time.ts';
import { mediaUrl, POST_JPEG, POST_WEBP } from '../../media/picture-variants.ts';
import { referenceTo } from '../../text/references.ts';

/** Code points of an alt text or a caption. */
export const PICTURE_TEXT_MAX = 500;

const PictureText = Type.String({ maxLength: PICTURE_TEXT_MAX });

export const PicturePath = Type.Object({ picture_id: Type.Integer() });

/** Only what is sent changes; null means unchanged. */
export const PictureUpdate = Type.Object(
  {
    alt: Type.Optional(Type.Union([PictureText, Type.Null()])),
    caption: Type.Optional(Type.Union([PictureText, Type.Null()])),
  },
  { $id: 'PictureUpdate' },
);
export type PictureUpdate = Static<typeof PictureUpdate>;

/** The form in which a picture for posts is sent. */
export const PostPictureForm = Type.Object({
  file: Type.String({ format: 'binary', description: 'Of an animation, the first frame is kept' }),
  alt: Type.Optional(
    Type.String({
      maxLength: PICTURE_TEXT_MAX,
      description: 'The alt text: what the picture shows',
    }),
  ),
  caption: Type.Optional(Type.String({ maxLength: PICTURE_TEXT_MAX })),
});

const created = {
  id: Type.Integer(),
  markdown: Type.String({ description: 'Put this into a text to show the picture there' }),
  width: Type.Integer({ description: 'Of the largest file, in pixels' }),
  height: Type.Integer(),
  urls: Type.Object({
    480: Type.String({ description: 'WebP files, by the most pixels of their longer side' }),
    960: Type.String(),
    1920: Type.String(),
    jpeg: Type.String({ description: 'At most 960 pixels on the longer side' }),
  }),
};

/** The answer to an upload. */
export const PictureCreated = Type.Object(created, { $id: 'PictureCreated' });
export type PictureCreated = Static<typeof PictureCreated>;

/** One of a person's own pictures. */
export const PictureResponse = Type.Object(
  {
    ...created,
    alt: Type.String(),
    caption: Type.String(),
    bytes: Type.Integer({ description: 'Size of all its files together, in bytes' }),
    created_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'PictureResponse' },
);
export type PictureResponse = Static<typeof PictureResponse>;

export const PicturePage = Type.Object(
  {
    pictures: Type.Array(Type.Unsafe<PictureResponse>(Type.Ref('PictureResponse'))),
    total: Type.Integer(),
    skip: Type.Integer(),
    limit: Type.Integer(),
    has_more: Type.Boolean(),
  },
  { $id: 'PicturePage' },
);

/** Every schema with a name. */
export const PICTURE_SCHEMAS = [PictureUpdate, PictureCreated, PictureResponse, PicturePage];

/** `media`: the address of the media store's files, such as `/media`. */
export function toPictureCreated(picture: PostPictureRow, media: string): PictureCreated {
  const { id, key, width, height } = picture;
  const webp = Object.fromEntries(
    POST_WEBP.map((variant) => [variant.size, mediaUrl(media, key, variant)]),
  ) as Record<480 | 960 | 1920, string>;
  const urls = { ...webp, jpeg: mediaUrl(media, key, POST_JPEG) };
  return { id, markdown: referenceTo(picture), width, height, urls };
}

/** A picture as the API answers it to its owner. `media`: as for `toPictureCreated`. */
export function toPictureResponse(picture: PostPictureRow, media: string): PictureResponse {
  const { alt, caption, bytes, created_at } = picture;
  const times = { created_at: isoMicros(created_at) };
  return { ...toPictureCreated(picture, media), alt, caption, bytes, ...times };
}
