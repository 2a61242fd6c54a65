import type { Group } from './group.ts';
import { archives } from './rows/archives.ts';
import { beside } from './rows/beside.ts';
import { growth } from './rows/growth.ts';
import { pageWeight } from './rows/page-weight.ts';
import { reads } from './rows/reads.ts';
import { size } from './rows/size.ts';
import { start } from './rows/start.ts';
import { uploads } from './rows/uploads.ts';
import { writes } from './rows/writes.ts';

/** All that is measured, in this order. */
export const GROUPS: Group[] = [
  {
    title: 'Reading',
    about:
      'By 32 connections for two seconds; a post has 640 characters, a list and the home page ten of them. Where the time goes, and what was tried: [measurements](measurements/response-cache.md).',
    works: reads,
  },
  {
    title: 'Uploads',
    about:
      'Photos of 4 MB and of 0.7 MB, by sixteen people in turn, from the first byte sent to the answer. sharp alone makes the same three files, which is checked byte for byte. Where the time goes, and what was tried: [measurements](measurements/uploads.md).',
    works: uploads,
  },
  {
    title: 'What others notice',
    about:
      '200 requests a second are sent at fixed times, whether the ones before were answered or not; p99 is the time, counted from when it should have been sent, that 99 in 100 of them stay below. What they wait for: [uploads](measurements/uploads.md), [writes and logins](measurements/writes-and-logins.md).',
    works: beside,
  },
  {
    title: 'Starting',
    about:
      'From spawning the process to its first 200; the database is there. What it is made of: [measurements](measurements/start.md).',
    works: start,
  },
  {
    title: 'As the blog grows',
    about:
      'Milliseconds of the server for each page, by eight connections; half of the posts are by the one user. What is made anew is asked for by an address nobody has used, what comes from memory by the same again. How it stays flat: [decision 25](decisions/0025-large-blogs.md).',
    works: growth,
  },
  {
    title: 'Writing',
    about:
      'One person writes as fast as the answers come, the others read the first page as fast. Where the time goes, and what was tried: [measurements](measurements/writes-and-logins.md).',
    works: writes,
  },
  {
    title: 'Size',
    about:
      'Memory of the server and its workers together at most: resident counts what they share for each of them. Sixteen photos of 12 megapixels are on their way all the time. What it is made of: [measurements](measurements/memory.md).',
    works: size,
  },
  {
    title: 'The home page',
    about: 'What a browser fetches, packed; the blog is that of `npm run seed`.',
    works: pageWeight,
  },
  {
    title: 'Moving',
    about:
      'A FastAPI blog with pictures of 300 pixels is taken over, saved, and restored in another place; once each.',
    works: archives,
  },
];
