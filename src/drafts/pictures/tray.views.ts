import { mediaUrl, POST_WEBP, sizeOf } from '../../media/picture-variants.ts';
import { PICTURE_TEXT_MAX } from '../../pictures/posts/post-picture.ts';
import { PICTURES_MAX } from '../../text/markdown/pictures.ts';
import { field, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { attribute, html, type Html } from '../../views/html.ts';
import type { Page } from '../../views/layout.ts';
import type { RefusedFile } from './add-pictures.service.ts';
import { writeTray } from './tray.ts';
import type { Tray, TrayPicture } from './tray.service.ts';

/** Limits of one file. */
interface FileSizes {
  bytes: number;
  pixels: number;
  /** `bytes` as text, such as `5MB` */
  size: string;
}

/** What the tray shows beside its pictures. */
export interface ShownTray extends Tray {
  limits: FileSizes;
  refused?: RefusedFile[];
  /** A question about pictures without an alt text, and the button that was pressed. */
  question?: { text: string; button: string };
}

/** Below a text: adding pictures, and those that it shows, with their texts. Works without scripts. */
export function trayOf(page: Page, state: Form, tray: ShownTray): Html {
  const { bytes, pixels, size } = tray.limits;
  return html`<section class="tray" id="pictures" data-scripted aria-labelledby="pictures-title" data-action="${href(page, '/pictures')}" data-max-bytes="${bytes}" data-max-pixels="${pixels}" data-size="${size}" data-max-pictures="${PICTURES_MAX}">
<button hidden name="do" value="save" formnovalidate>Save draft</button>
<h2 id="pictures-title">Pictures</h2>
${ask(tray.question)}${refusals(tray.refused)}
<input type="hidden" name="tray" value="${writeTray(tray.pictures)}">${tray.question && html`<input type="hidden" name="asked" value="yes">`}
<div class="tray-add"><label class="form-label scriptless" for="picture-files">Picture files</label><input class="form-control" type="file" id="picture-files" name="pictures" accept="image/jpeg,image/png,image/webp,image/gif" multiple aria-describedby="pictures-note">
<button class="btn btn-plain" name="do" value="pictures" formenctype="multipart/form-data" formnovalidate>Add pictures</button>
<p class="form-text" id="pictures-note"><span class="scriptless">Maximum file size: ${size}. Supported formats: JPEG, PNG, GIF, WebP. </span><span class="scripts-only">Or drop or paste them anywhere on this page.</span></p></div>
<p class="field-error" role="alert" data-tray-error></p>
<div data-uploads></div>
<ol class="tray-list">${tray.pictures.map((picture) => card(page, state, picture))}</ol>
${unused(page, tray.unused)}
${uploading}<template id="tray-card">${card(page, { values: {}, errors: {} }, EMPTY_CARD)}</template>
<p class="visually-hidden" role="status" data-tray-state></p>
</section>`;
}

/** A template for scripts: a picture that is being uploaded. */
const uploading = html`<template id="tray-upload"><div class="tray-upload"><p class="tray-file" dir="auto" data-name></p>
<p class="tray-sending" data-sending><progress max="100" value="0"></progress> <span data-percent></span></p>
<p class="field-error" role="alert" data-error></p>
<div class="tray-actions"><button type="button" class="btn btn-plain btn-small" data-again hidden>Try again</button><button type="button" class="btn btn-quiet btn-small" data-cancel>Cancel</button></div></div></template>`;

/** Filled by a script; its id stands for the picture's. */
const EMPTY_CARD: TrayPicture = { id: 0, key: '', width: 1, height: 1, alt: '', caption: '' };

function ask(question: ShownTray['question']): Html | null {
  if (!question) return null;
  return html`<div class="alert alert-note" role="alert" tabindex="-1" autofocus><p>${question.text}</p><button class="btn btn-plain btn-small" name="do" value="${question.button}"${attribute('formnovalidate', question.button !== 'publish')}>Only decoration: publish</button></div>`;
}

function refusals(refused: readonly RefusedFile[] = []): Html | null {
  if (refused.length === 0) return null;
  const items = refused.map(({ name, why }) => html`<li><bdi>${name}</bdi>: ${why}</li>`);
  return html`<div class="alert alert-danger" role="alert" tabindex="-1" autofocus><p>Not added; everything else is saved:</p><ul>${items}</ul></div>`;
}

/** One picture with its texts. Its legend has the number by which the text names it. */
function card(page: Page, state: Form, picture: TrayPicture): Html {
  const { id, alt, caption } = picture;
  const text = (name: 'alt' | 'caption', label: string, value: string) => {
    const key = `${name}-${id}`;
    const wrong = state.errors[key] !== undefined;
    const values = wrong ? state.values : { [key]: value };
    return field(
      { ...state, values },
      {
        name: key,
        label,
        type: 'text',
        autocomplete: 'off',
        optional: true,
        max: PICTURE_TEXT_MAX,
      },
    );
  };
  return html`<li class="tray-picture" data-picture="${id}"><fieldset><legend class="visually-hidden">Picture ${id}</legend>
${small(page, picture)}
<div class="tray-texts">${text('alt', 'Alt text', alt)}${text('caption', 'Caption', caption)}</div>
<div class="tray-actions">${button('insert', id, 'Insert')}${button('up', id, 'Earlier')}${button('down', id, 'Later')}${button('remove', id, 'Remove')}</div>
</fieldset></li>`;
}

/** With an empty `alt`, because the field beside it shows the alt text. */
function small(page: Page, picture: TrayPicture): Html {
  const variant = POST_WEBP.at(-1);
  if (!variant || picture.key === '') return html`<img alt="">`;
  const { width, height } = sizeOf(picture, variant);
  const address = mediaUrl(href(page, '/media'), picture.key, variant);
  return html`<img src="${address}" width="${width}" height="${height}" alt="" loading="lazy">`;
}

function button(act: string, id: number, text: string): Html {
  return html`<button class="btn btn-quiet btn-small" name="do" value="${act}-${id}" formnovalidate>${text}</button>`;
}

/** Pictures that no text shows, such as those of a text that was not saved. */
function unused(page: Page, pictures: readonly TrayPicture[]): Html | null {
  if (pictures.length === 0) return null;
  const items = pictures.map(
    (picture) =>
      html`<li data-unused="${picture.id}" data-alt="${picture.alt}" data-caption="${picture.caption}"><fieldset><legend class="visually-hidden">Picture ${picture.id}</legend>${small(page, picture)}${button('insert', picture.id, 'Insert')}</fieldset></li>`,
  );
  return html`<details class="tray-unused"><summary>Pictures that no post shows</summary>
<p class="form-text">Those that stay unused are deleted after 30 days.</p>
<ul>${items}</ul></details>`;
}
