import { afterIhdr, afterSoi, jpegSegment, pngChunk } from '../pictures/crafted-pictures.ts';
import { all, MARKER, type HostileFiles } from './file.ts';
import { webpChunk } from './webp.ts';
import { gif, photo, png, webp } from '../pictures.ts';

const SIZE = { width: 60, height: 40 };
const PHP = '<?php system($_GET["hostile"]); ?>';
const HTML = `<!doctype html><html><body>${MARKER}</body></html>`;

/** A ZIP archive of one stored file, as small as possible except for its checksum. */
function zip(): Buffer {
  const name = Buffer.from('evil.class');
  const content = Buffer.from(MARKER);
  const local = Buffer.from(`PK\x03\x04\x0a${'\0'.repeat(25)}`, 'latin1');
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.from(`PK\x01\x02\x0a\0\x0a${'\0'.repeat(39)}`, 'latin1');
  central.writeUInt32LE(content.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.from(`PK\x05\x06\0\0\0\0\x01\0\x01${'\0'.repeat(11)}`, 'latin1');
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + content.length, 16);
  return Buffer.concat([local, name, content, central, name, end]);
}

/** Its width is the start of a JavaScript comment, which its own comment ends. */
async function gifAndScript(): Promise<Buffer> {
  const picture = await gif(SIZE);
  picture.write('/*', 6);
  picture.writeUInt16LE(64, 8);
  return Buffer.concat([picture, Buffer.from(`*/=1;alert("hostile")//${MARKER}`)]);
}

/** Files that are a picture and something else too; only the picture may remain. */
export const polyglots: HostileFiles = {
  ...all('picture', {
    'JPEG and ZIP': async () => Buffer.concat([await photo(SIZE), zip()]),
    'JPEG and HTML': async () =>
      afterSoi(await photo(SIZE), jpegSegment(0xfe, Buffer.from(`-->${HTML}`))),
    'JPEG and PHP': async () => afterSoi(await photo(SIZE), jpegSegment(0xfe, Buffer.from(PHP))),
    'JPEG and PHP behind its end': async () => Buffer.concat([await photo(SIZE), Buffer.from(PHP)]),
    'JPEG and JavaScript in its first segment': async () =>
      afterSoi(await photo(SIZE), jpegSegment(0xe0, Buffer.from(`*/=1;${MARKER}/*`))),
    'JPEG and PDF': async () =>
      afterSoi(await photo(SIZE), jpegSegment(0xfe, Buffer.from(`%PDF-1.7\n${MARKER}`))),
    'GIF and JavaScript': gifAndScript,
    'GIF and PHP': async () => Buffer.concat([await gif(SIZE), Buffer.from(PHP)]),
    'GIF and ZIP': async () => Buffer.concat([await gif(SIZE), zip()]),
    'PNG and HTML': async () =>
      afterIhdr(await png(SIZE), pngChunk('tEXt', Buffer.from(`Comment\0${HTML}`))),
    'PNG and HTML behind its end': async () => Buffer.concat([await png(SIZE), Buffer.from(HTML)]),
    'PNG and PHP in a chunk of its own': async () =>
      afterIhdr(await png(SIZE), pngChunk('phPp', Buffer.from(PHP))),
    'PNG and ZIP': async () => Buffer.concat([await png(SIZE), zip()]),
    'WebP and HTML': async () =>
      Buffer.concat([await webp(SIZE), webpChunk('HTML', Buffer.from(HTML))]),
    'WebP and ZIP': async () => Buffer.concat([await webp(SIZE), zip()]),
  }),
  ...all('refused', {
    'ZIP and JPEG': async () => Buffer.concat([zip(), await photo(SIZE)]),
    'HTML and PNG': async () => Buffer.concat([Buffer.from(HTML), await png(SIZE)]),
    'SVG that begins like a GIF': () =>
      Buffer.from(
        `GIF89a\t\t\t\t<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${MARKER}</svg>`,
      ),
    'text that begins like a JPEG': () => Buffer.from(`\xff\xd8\xff${HTML.repeat(50)}`, 'latin1'),
    'text that begins like a PNG': () =>
      Buffer.from(`\x89PNG\r\n\x1a\n${HTML.repeat(50)}`, 'latin1'),
    'text that begins like a WebP': () =>
      Buffer.from(`RIFF\x00\x10\0\0WEBPVP8 ${HTML.repeat(50)}`, 'latin1'),
  }),
};
