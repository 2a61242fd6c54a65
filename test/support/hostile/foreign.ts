import { deflateSync, gzipSync } from 'node:zlib';
import { MARKER, type HostileFiles } from './file.ts';
import { plain } from '../pictures.ts';
import { at, bmp, fits, ftyp, ico, netpbm, padded, volume } from './foreign-formats.ts';

const SIZE = { width: 24, height: 16 };
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"><rect width="24" height="16" fill="red"/>${MARKER}</svg>`;

const solid = () => plain('#c04020', SIZE).flatten();

/** Each kind of file: the end of its name, its type, and a file that its own decoder would accept. */
const KINDS: Record<string, [suffix: string, type: string, make: () => Buffer | Promise<Buffer>]> =
  {
    SVG: ['svg', 'image/svg+xml', () => Buffer.from(SVG)],
    'SVG with a declaration': [
      'svg',
      'image/svg+xml',
      () => Buffer.from(`<?xml version="1.0"?>\n${SVG}`),
    ],
    'SVG behind spaces and a byte order mark': [
      'svg',
      'image/svg+xml',
      () => Buffer.from(`\ufeff\n\n  ${SVG}`),
    ],
    'SVG that reads a file': [
      'svg',
      'image/svg+xml',
      () =>
        Buffer.from(
          `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>`,
        ),
    ],
    'compressed SVG': ['svgz', 'image/svg+xml', () => gzipSync(SVG)],
    PDF: [
      'pdf',
      'application/pdf',
      () =>
        Buffer.from(
          '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 24 16]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
        ),
    ],
    EPS: [
      'eps',
      'application/postscript',
      () =>
        Buffer.from(
          '%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 24 16\n(%pipe%id) (w) file\nshowpage\n',
        ),
    ],
    MVG: [
      'mvg',
      'image/x-mvg',
      () =>
        Buffer.from(
          'push graphic-context\nviewbox 0 0 24 16\nfill \'url(https://127.0.0.1/x.jpg"|id")\'\npop graphic-context\n',
        ),
    ],
    MSL: [
      'msl',
      'application/xml',
      () =>
        Buffer.from(
          '<?xml version="1.0"?><image><read filename="/etc/passwd"/><write filename="/tmp/x.png"/></image>',
        ),
    ],
    TIFF: ['tiff', 'image/tiff', () => solid().tiff().toBuffer()],
    'TIFF of JPEG': ['tif', 'image/tiff', () => solid().tiff({ compression: 'jpeg' }).toBuffer()],
    BigTIFF: ['tif', 'image/tiff', () => solid().tiff({ bigtiff: true }).toBuffer()],
    'raw photo (DNG)': ['dng', 'image/x-adobe-dng', () => padded('II*\0\x08\0\0\0')],
    'raw photo (CR2)': ['cr2', 'image/x-canon-cr2', () => padded('II*\0\x10\0\0\0CR\x02\0')],
    'raw photo (NEF)': ['nef', 'image/x-nikon-nef', () => padded('MM\0*\0\0\0\x08')],
    'raw photo (RAF)': ['raf', 'image/x-fuji-raf', () => padded('FUJIFILMCCD-RAW 0201')],
    'slide (SVS)': [
      'svs',
      'image/tiff',
      () => solid().tiff({ tile: true, pyramid: true }).toBuffer(),
    ],
    'slide (MIRAX)': [
      'mrxs',
      'application/octet-stream',
      () => Buffer.from('[GENERAL]\nSLIDE_VERSION=01.02\n'),
    ],
    AVIF: ['avif', 'image/avif', () => solid().avif({ effort: 0 }).toBuffer()],
    HEIC: ['heic', 'image/heic', () => ftyp('heic')],
    HEIF: ['heif', 'image/heif', () => ftyp('mif1')],
    'JPEG 2000': ['jp2', 'image/jp2', () => padded('\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ')],
    'JPEG 2000 codestream': ['j2k', 'image/j2c', () => padded('\xff\x4f\xff\x51\0\x29')],
    'JPEG XL': ['jxl', 'image/jxl', () => padded('\xff\x0a')],
    'JPEG XL container': ['jxl', 'image/jxl', () => padded('\0\0\0\x0cJXL \r\n\x87\n')],
    'JPEG XR': ['jxr', 'image/jxr', () => padded('II\xbc\x01')],
    'JPEG-LS': [
      'jls',
      'image/jls',
      () => padded('\xff\xd8\xff\xf7\0\x0b\x08\0\x10\0\x18\x01\x01\x11\0'),
    ],
    BMP: ['bmp', 'image/bmp', bmp],
    ICO: ['ico', 'image/x-icon', ico],
    CUR: [
      'cur',
      'image/x-icon',
      () => {
        const bytes = ico();
        bytes[2] = 2;
        return bytes;
      },
    ],
    PBM: ['pbm', 'image/x-portable-bitmap', () => netpbm('P4', 48)],
    PGM: ['pgm', 'image/x-portable-graymap', () => netpbm('P5', 384)],
    PPM: ['ppm', 'image/x-portable-pixmap', () => netpbm('P6', 1152)],
    'PPM in letters': [
      'ppm',
      'image/x-portable-pixmap',
      () => Buffer.from(`P3\n24 16\n255\n${'9 9 9 '.repeat(384)}`),
    ],
    PFM: ['pfm', 'image/x-portable-floatmap', () => netpbm('PF', 4608)],
    FITS: ['fits', 'image/fits', fits],
    OpenEXR: ['exr', 'image/x-exr', () => padded('\x76\x2f\x31\x01\x02\0\0\0channels\0chlist\0')],
    'Radiance HDR': [
      'hdr',
      'image/vnd.radiance',
      () => padded('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 16 +X 24\n', 2000),
    ],
    MATLAB: [
      'mat',
      'application/x-matlab-data',
      () => padded('MATLAB 5.0 MAT-file, Platform: GLNXA64'),
    ],
    NIfTI: ['nii', 'application/octet-stream', () => volume('n+1\0')],
    Analyze: ['hdr', 'application/octet-stream', () => volume('ni1\0')],
    'libvips’ own': [
      'v',
      'application/octet-stream',
      () => padded('\xb6\xa6\xf2\x08\x18\0\0\0\x10\0\0\0\x03\0\0\0\0\0\0\0', 2000),
    ],
    'CSV matrix': ['csv', 'text/csv', () => Buffer.from('1,2,3\n4,5,6\n7,8,9\n')],
    'matrix in text': ['mat', 'text/plain', () => Buffer.from('3 3 1 0\n1 2 3\n4 5 6\n7 8 9\n')],
    'raw pixels': ['raw', 'application/octet-stream', () => Buffer.alloc(24 * 16 * 3, 200)],
    'deep zoom': [
      'dzi',
      'application/xml',
      () =>
        Buffer.from(
          '<?xml version="1.0"?><Image TileSize="254" Format="jpg"><Size Width="24" Height="16"/></Image>',
        ),
    ],
    Photoshop: [
      'psd',
      'image/vnd.adobe.photoshop',
      () => padded('8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x10\0\0\0\x18\0\x08\0\x03'),
    ],
    GIMP: ['xcf', 'image/x-xcf', () => padded('gimp xcf file\0\0\0\0\x18\0\0\0\x10')],
    Targa: [
      'tga',
      'image/x-tga',
      () => padded('\0\0\x02\0\0\0\0\0\0\0\0\0\x18\0\x10\0\x18\0', 1200),
    ],
    PCX: ['pcx', 'image/x-pcx', () => padded('\x0a\x05\x01\x08\0\0\0\0\x17\0\x0f\0')],
    WMF: ['wmf', 'image/wmf', () => padded('\xd7\xcd\xc6\x9a\0\0')],
    EMF: ['emf', 'image/emf', () => at(40, ' EMF')],
    DICOM: ['dcm', 'application/dicom', () => at(128, 'DICM')],
    XPM: [
      'xpm',
      'image/x-xpixmap',
      () => Buffer.from('/* XPM */\nstatic char *x[]={"1 1 1 1",". c red","."};'),
    ],
    XBM: [
      'xbm',
      'image/x-xbitmap',
      () => Buffer.from('#define x_width 8\n#define x_height 1\nstatic char x_bits[]={0xff};'),
    ],
    QOI: ['qoi', 'image/qoi', () => padded('qoif\0\0\0\x18\0\0\0\x10\x03\0')],
    FLIF: ['flif', 'image/flif', () => padded('FLIF\x44\x31')],
    BPG: ['bpg', 'image/bpg', () => padded('BPG\xfb\0\0')],
    MNG: ['mng', 'video/x-mng', () => padded('\x8aMNG\r\n\x1a\n\0\0\0\x1cMHDR')],
    JNG: ['jng', 'image/x-jng', () => padded('\x8bJNG\r\n\x1a\n\0\0\0\x10JHDR')],
    DDS: ['dds', 'image/vnd.ms-dds', () => padded('DDS \x7c\0\0\0')],
    KTX: ['ktx', 'image/ktx', () => padded('\xabKTX 11\xbb\r\n\x1a\n')],
    'AVI, RIFF as WebP is': ['avi', 'video/x-msvideo', () => padded('RIFF\x50\x02\0\0AVI LIST')],
    'WAV, RIFF as WebP is': ['wav', 'audio/wav', () => padded('RIFF\x50\x02\0\0WAVEfmt ')],
    MP4: ['mp4', 'video/mp4', () => ftyp('isom')],
    Matroska: ['webm', 'video/webm', () => padded('\x1a\x45\xdf\xa3\x9fB\x86\x81\x01')],
    MP3: ['mp3', 'audio/mpeg', () => padded('ID3\x04\0\0\0\0\0\0')],
    HTML: ['html', 'text/html', () => Buffer.from(`<!doctype html>${MARKER}`)],
    JavaScript: ['js', 'text/javascript', () => Buffer.from('alert("hostile")')],
    PHP: ['php', 'application/x-php', () => Buffer.from('<?php phpinfo(); ?>')],
    shell: ['sh', 'application/x-sh', () => Buffer.from('#!/bin/sh\nid\n')],
    ELF: ['so', 'application/x-elf', () => padded('\x7fELF\x02\x01\x01')],
    'Windows program': ['exe', 'application/x-msdownload', () => padded('MZ\x90\0\x03')],
    ZIP: ['zip', 'application/zip', () => padded('PK\x03\x04\x14')],
    gzip: ['gz', 'application/gzip', () => gzipSync(Buffer.alloc(1_000_000))],
    zlib: ['zz', 'application/zlib', () => deflateSync(Buffer.alloc(1_000_000))],
    tar: ['tar', 'application/x-tar', () => at(257, 'ustar\x0000')],
    text: ['txt', 'text/plain', () => Buffer.from('no picture')],
    zeros: ['bin', 'application/octet-stream', () => Buffer.alloc(5_000_000)],
    'one byte': ['bin', 'application/octet-stream', () => Buffer.from([0xff])],
    nothing: ['bin', 'application/octet-stream', () => Buffer.alloc(0)],
  };

/** Every file of another kind, once as a photo by name and type, once as what it is. */
export const foreignFiles: HostileFiles = Object.fromEntries(
  Object.entries(KINDS).flatMap(([kind, [suffix, type, make]]) => [
    [`${kind} under a false name`, { make, expected: 'refused' }],
    [`${kind} under its own name`, { make, expected: 'refused', filename: `a.${suffix}`, type }],
  ]),
);

/** One file of each kind, and how its name ends. */
export async function foreignKinds(): Promise<Record<string, { bytes: Buffer; suffix: string }>> {
  const kinds: Record<string, { bytes: Buffer; suffix: string }> = {};
  for (const [kind, [suffix, , make]] of Object.entries(KINDS)) {
    kinds[kind] = { bytes: await make(), suffix };
  }
  return kinds;
}
