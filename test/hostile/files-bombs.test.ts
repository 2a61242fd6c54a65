import { hostileGifs } from '../support/hostile/gif.ts';
import { hostilePngs } from '../support/hostile/png.ts';
import { testUploads } from '../support/hostile/uploads.ts';
import { hostileWebps } from '../support/hostile/webp.ts';

testUploads({ PNG: hostilePngs, GIF: hostileGifs, WebP: hostileWebps });
