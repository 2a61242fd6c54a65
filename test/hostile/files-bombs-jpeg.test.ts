import { hostileJpegs } from '../support/hostile/jpeg.ts';
import { testUploads } from '../support/hostile/uploads.ts';

testUploads({ JPEG: hostileJpegs });
