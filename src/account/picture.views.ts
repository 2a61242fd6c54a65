import { avatar, type Person } from '../views/faces/avatar.ts';
import { askDialog, askLink, askPage, type Question } from '../views/confirm.ts';
import { href } from '../views/href.ts';
import { attribute, html, type Html } from '../views/html.ts';
import { initials } from '../views/faces/initials.ts';
import { layout, type Page } from '../views/layout.ts';

/** Limits of an upload, from the server's own constants. */
export interface PictureLimits {
  bytes: number;
  pixels: number;
  /** `bytes` as in the error message, such as `5MB`. */
  size: string;
}

/** JPEG first and no `image/*`: iOS and Safari then convert HEIC themselves. */
const ACCEPT = 'image/jpeg,image/png,image/webp,image/gif';

const question = (page: Page): Question => ({
  id: 'remove-picture',
  title: 'Remove your picture?',
  text: html`<p>Your initials will be shown instead.</p>`,
  action: href(page, '/account/picture/delete'),
  yes: 'Remove',
  back: href(page, '/account'),
});

/**
 * The picture's part of the account page: the plain form, which the client turns into a dialog
 * behind "Change picture".
 */
export function pictureSection(
  page: Page,
  viewer: Person,
  limits: PictureLimits,
  error?: string,
): Html {
  const { mediaBase } = page;
  return html`<section class="card" id="picture" aria-labelledby="picture-title" data-person="${viewer.id}" data-max-bytes="${limits.bytes}" data-max-pixels="${limits.pixels}" data-size="${limits.size}">
<h2 id="picture-title">Profile Picture</h2>
<div class="picture">
${avatar(viewer, { size: 150, mediaBase, alone: true })}
<div>
<div class="actions"><button type="button" class="btn btn-plain scripts-only" id="change-picture" aria-describedby="picture-note" disabled>Change picture</button>${remove(page, viewer)}</div>
<p class="form-text scripts-only" id="picture-note">JPEG, PNG, GIF or WebP of up to ${Math.floor(limits.pixels / 1e6)} megapixels. Files above ${limits.size} are made smaller before they are sent.<span class="drop-note"> You can also drop a picture on this page, or paste one.</span></p>
</div>
</div>
${uploadForm(page, limits, error)}
${askDialog(question(page))}
${faceTemplates(viewer, mediaBase)}
</section>`;
}

function remove(page: Page, viewer: Person): Html {
  return html`<span id="remove-picture-link"${viewer.picture_key === null && html` hidden`}>${askLink(question(page), 'Remove', 'btn btn-plain')}</span>`;
}

function uploadForm(page: Page, limits: PictureLimits, error = ''): Html {
  return html`<dialog id="picture-dialog" aria-labelledby="picture-dialog-title">
<h2 id="picture-dialog-title">Change picture</h2>
</dialog>
<form method="post" action="${href(page, '/account/picture')}" enctype="multipart/form-data" id="picture-form">
${framing}
<div class="field scriptless">
<label class="form-label" for="file">Choose File</label>
<input class="form-control" type="file" id="file" name="file" accept="${ACCEPT}" required aria-describedby="file-note file-error">
<p class="form-text" id="file-note">Maximum file size: ${limits.size}. Supported formats: JPEG, PNG, GIF, WebP.</p>
</div>
<p class="meta chosen scripts-only" id="file-name"></p>
<div class="sending">
<p class="field-error" id="file-error" role="alert">${error}</p>
<p class="uploading" id="picture-progress" hidden><progress max="100" value="0" aria-label="Upload"></progress><span class="meta" id="picture-percent"></span></p>
<p class="visually-hidden" id="picture-state" role="status"></p>
<div class="actions"><button class="btn btn-primary" id="upload">Upload</button><button type="button" class="btn btn-plain scripts-only" id="choose-file">Choose File</button><button type="button" class="btn btn-plain scripts-only" id="cancel-upload">Cancel</button></div>
</div>
</form>`;
}

/** Where the square is chosen; shown by the client once there is a picture in it. */
const framing = html`<div class="framing" id="framing" role="group" aria-label="Framing" hidden>
<div class="stage" id="stage" tabindex="0" role="application" aria-label="Picture in its frame" aria-describedby="stage-note keys-note"><canvas></canvas></div>
<p class="form-text" id="stage-note"><span class="by-touch">Drag to move, pinch to zoom.</span><span class="by-mouse">Drag to move, scroll to zoom.</span></p>
<div class="zoom">${frameButton('out', '−', 'Zoom out')}<input type="range" id="zoom" min="0" max="100" step="any" value="0" aria-label="Zoom">${frameButton('in', '+', 'Zoom in')}<span class="meta" id="zoom-percent" aria-hidden="true"></span></div>
<div class="turns">${frameButton('turn', 'Turn')}<button type="button" class="btn btn-plain" id="more-framing" aria-expanded="false" aria-controls="framing-more">More</button></div>
<div class="framing-more" id="framing-more" hidden>
<p class="form-text by-mouse" id="keys-note">Keys: arrows move (Shift further), + and − zoom, R turns, Enter uploads.</p>
<div class="moves">${moveButton('left', '←')}${moveButton('up', '↑')}${moveButton('down', '↓')}${moveButton('right', '→')}${frameButton('reset', 'Reset')}</div>
<div class="previews" role="img" aria-label="Previews of 150, 64 and 32 pixels, on light and on dark">${(
  ['light', 'dark'] as const
).map(
  (ground) =>
    html`<div class="ground ground-${ground}">${[150, 64, 32].map((size) => html`<canvas class="face preview-${size}" width="${size}" height="${size}" data-preview="${size}"></canvas>`)}</div>`,
)}</div>
</div>
</div>`;

function frameButton(act: string, text: string, label?: string): Html {
  return html`<button type="button" class="btn btn-plain" data-frame="${act}"${attribute('aria-label', label)}>${text}</button>`;
}

function moveButton(way: string, text: string): Html {
  return html`<button type="button" class="btn btn-plain" data-move="${way}" aria-label="Move ${way}">${text}</button>`;
}

/** Templates for a new face without asking the server: the zeros stand for the picture's key. */
function faceTemplates(viewer: Person, mediaBase: string): Html {
  const blank = { ...viewer, picture_key: '0'.repeat(32) };
  return html`<template id="face-picture">${avatar(blank, { size: 150, mediaBase })}</template>
<template id="face-initials">${initials(viewer, 150, '')}</template>`;
}

/** The page of "Remove". */
export function removePicturePage(page: Page): Html {
  return layout(page, askPage(question(page)));
}
