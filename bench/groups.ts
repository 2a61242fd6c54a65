import type { Group } from './group.ts';
import { archives } from './rows/archives.ts';
import { beside } from './rows/beside.ts';
import { commentGrowth } from './rows/comment-growth.ts';
import { comments } from './rows/comments.ts';
import { drafts } from './rows/drafts.ts';
import { growth } from './rows/growth.ts';
import { home } from './rows/home.ts';
import { people } from './rows/people.ts';
import { memberGrowth } from './rows/member-growth.ts';
import { members } from './rows/members.ts';
import { notices } from './rows/notices.ts';
import { pageWeight } from './rows/page-weight.ts';
import { postPictures } from './rows/post-pictures.ts';
import { reads } from './rows/reads.ts';
import { search } from './rows/search.ts';
import { size } from './rows/size.ts';
import { start } from './rows/start.ts';
import { uploads } from './rows/uploads.ts';
import { writes } from './rows/writes.ts';

/** Everything that is measured, in this order. */
export const GROUPS: Group[] = [
  {
    title: 'Reading',
    about:
      '32 connections for two seconds. A post has 640 characters; a list and the home page have ten posts. Beside some of them `/health` is asked each second and twenty people save a draft of 10 KB each second. Where the time goes, and what was tried: [measurements](measurements/response-cache.md).',
    works: reads,
  },
  {
    title: 'Uploads',
    about:
      'Photos of 4 MB and of 0.7 MB, sent by sixteen people in turn, from the first byte to the answer. sharp alone makes the same three files, which is checked byte for byte. Where the time goes, and what was tried: [measurements](measurements/uploads.md).',
    works: uploads,
  },
  {
    title: 'Pictures in posts',
    about:
      'The same photos of 4 MB, made into WebP of 1920, 960 and 480 pixels and a JPEG of 960. sharp alone makes the same four files from one decoding.',
    works: postPictures,
  },
  {
    title: 'What other readers notice',
    about:
      '200 requests a second are sent at fixed times, whether the ones before were answered or not. p99 is the time that 99 in 100 of them stay below, counted from when the request was due. What they wait for: [uploads](measurements/uploads.md), [writes and logins](measurements/writes-and-logins.md).',
    works: beside,
  },
  {
    title: 'Starting',
    about:
      'From spawning the process to its first 200, with an existing database. What the time is spent on: [measurements](measurements/start.md).',
    works: start,
  },
  {
    title: 'As the blog grows',
    about:
      'Milliseconds of the server for each page, with eight connections; half of the posts are by the one user. An uncached page has an address that was not used before, a cached one the same address each time. How it stays flat: [decision 25](decisions/0025-large-blogs.md).',
    works: growth,
  },
  {
    title: 'As a blog for members grows',
    about:
      'The same for somebody signed in, where every third post is for members only. The list is asked for with a token, the page with a cookie.',
    works: memberGrowth,
  },
  {
    title: 'As the group grows',
    about:
      'Milliseconds of the server for a page of fifty people, with eight connections, at an address that was not used before. Each person counts as having written a post.',
    works: people,
  },
  {
    title: 'Writing',
    about:
      'One person writes as fast as the answers come, while the others read the first page as fast as they can. Where the time goes, and what was tried: [measurements](measurements/writes-and-logins.md).',
    works: writes,
  },
  {
    title: 'Drafts and Markdown',
    about:
      'Saves are sent one after the other, 200 times, and the median counts. The hostile text is rendered in a thread of its own, for up to two seconds of processor time.',
    works: drafts,
  },
  {
    title: 'Comments',
    about:
      'Milliseconds of the server for the page of a post, at an address that was not used before, with eight connections; half of the comments are replies. Comments are added one after the other, 50 times, and the median counts.',
    works: comments,
  },
  {
    title: 'As comments become many',
    about:
      'Ten million comments on SQLite, one million on PostgreSQL, on a thousand posts, compared with a thousand on one post. One in a thousand waits, is reported, and is told of to one editor, who has written as many. Pages have an address that was not used before, with eight connections; the median of 50 requests counts for the other two.',
    works: commentGrowth,
  },
  {
    title: 'Notices',
    about:
      'The list is asked for 50 times, one after the other, and the median counts. The page of somebody signed in comes from the cache, with 32 connections for two seconds.',
    works: notices,
  },
  {
    title: 'For members only',
    about:
      'A blog of forty posts, and another that has forty more for members. The picture is of 480 pixels, with 32 connections for two seconds.',
    works: members,
  },
  {
    title: 'The home page, rebuilt',
    about:
      'Milliseconds of the server, with eight connections, at an address that was not used before.',
    works: home,
  },
  {
    title: 'Search',
    about:
      'One search after the other, 50 times: the median time of the API, and on SQLite the mean of the server’s processor time for the page, all threads together. A post has a hundred words: the n-th is one of n² that come equally often. The last three searches find nothing among very many posts, which may be refused on SQLite; on PostgreSQL what takes a second is.',
    works: search,
  },
  {
    title: 'Size',
    about:
      'The most memory that the server and its workers use together; "resident" counts shared pages for each of them. During uploads, sixteen photos of 12 megapixels are always in progress; idle and afterwards means 25 seconds after the last request. What it is made of: [measurements](measurements/memory.md).',
    works: size,
  },
  {
    title: 'The weight of the home page',
    about: 'What a browser loads, compressed, of the blog that `npm run seed` makes.',
    works: pageWeight,
  },
  {
    title: 'Moving',
    about:
      'A FastAPI blog with pictures of 300 pixels is imported, backed up, and restored in another place; once each.',
    works: archives,
  },
];
