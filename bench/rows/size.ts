import { setTimeout as sleep } from 'node:timers/promises';
import { bigPhoto } from '../../test/support/pictures.ts';
import { type FamilyMemory, watchFamily } from '../../test/support/processes/process-memory.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { perSecond } from '../load/at-once.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { newPlaceWithPosts } from '../many-posts.ts';
import { servedFiles } from '../served-files.ts';
import { databaseBytes } from '../set-up.ts';
import { uploadsOf } from '../uploads-of.ts';
import { additionsOf } from './post-pictures.ts';
import { openWrittenBlog, type WrittenBlog } from '../written-blog.ts';
import type { Work } from '../work.ts';

export const MB = 1e6;
const POSTS = 10_000;
/** Decoders end before that, when there is no picture. */
const REST_MS = 25_000;

/** Memory and disk space. */
export function size(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const peak = (
    what: string,
    of: 'resident' | 'share',
    act: (blog: WrittenBlog) => Promise<unknown>,
    restMs = 0,
  ): Work => ({
    name: `memory ${what}, ${of === 'resident' ? 'resident' : 'shared pages counted once'}`,
    unit: 'MB',
    measure: async () => {
      const opened = await blog();
      await sleep(restMs);
      return (await peakDuring(opened.pid, () => act(opened)))[of] / MB;
    },
  });
  const upload = async ({ url, people }: WrittenBlog) =>
    perSecond(uploadsOf(url, people, await bigPhoto()), { atOnce: 16, seconds: 3 });
  const add = async ({ url, people }: WrittenBlog) =>
    perSecond(additionsOf(url, people, await bigPhoto()), { atOnce: 16, seconds: 3 });
  return [
    // Nothing happens between rounds.
    { ...peak('idle', 'share', () => sleep(1000), REST_MS), goal: { atMost: 130 }, rounds: 1 },
    peak('while 32 connections read', 'share', ({ url }) => requestsPerSecond(url)),
    peak('during 16 uploads', 'resident', upload),
    { ...peak('during 16 uploads', 'share', upload), goal: { atMost: 320 } },
    { ...peak('after 16 uploads', 'share', () => sleep(1000), REST_MS), rounds: 1 },
    { ...peak('during 16 pictures for posts', 'share', add), goal: { atMost: 400 } },
    {
      name: "files of a person's picture",
      unit: 'KB',
      rounds: 1,
      measure: async () => {
        const { url, people } = await blog();
        const path = await uploadsOf(url, people, await bigPhoto())();
        const files = await servedFiles(url, path);
        return files.reduce((sum, { length }) => sum + length, 0) / 1000;
      },
    },
    {
      name: `database of ${POSTS.toLocaleString('en')} short posts`,
      unit: 'MB',
      rounds: 1,
      measure: async () => (await databaseBytes(await newPlaceWithPosts(bench, POSTS))) / MB,
    },
  ];
}

/** The most bytes that the process and its children use while `act` runs. */
async function peakDuring(pid: number, act: () => Promise<unknown>): Promise<FamilyMemory> {
  const stop = watchFamily(pid);
  try {
    await act();
  } finally {
    stop();
  }
  return stop();
}
