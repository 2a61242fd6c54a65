import { foreignFiles } from '../support/hostile/foreign.ts';
import { headerLies } from '../support/hostile/headers.ts';
import { polyglots } from '../support/hostile/polyglots.ts';
import { testUploads } from '../support/hostile/uploads.ts';

testUploads({
  'headers that lie': headerLies,
  'pictures that are something else besides': polyglots,
  'files of other kinds': foreignFiles,
});
