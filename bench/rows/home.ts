import { createClient } from '../../test/support/client.ts';
import { photo } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import type { Work } from '../work.ts';
import { openWrittenBlog } from '../written-blog.ts';
import { additionsOf } from './post-pictures.ts';

/** On the home page. */
const POSTS = 10;

/** A home page that is not in the response cache, of Markdown with pictures and of short plain texts. */
export function home(bench: Bench): Work[] {
  const plain = lazy(() => openWrittenBlog(bench));
  const rich = lazy(() => openIllustratedBlog(bench));
  const rebuilt = async (blog: typeof plain) => {
    const options = { connections: 8, seconds: 2, uncached: true };
    return 1000 / (await requestsPerSecond(`${(await blog()).url}/`, options));
  };
  return [
    {
      name: 'GET / of ten Markdown posts with pictures, rebuilt',
      unit: 'ms',
      limit: { name: 'of ten short plain texts', measure: () => rebuilt(plain) },
      measure: () => rebuilt(rich),
      goal: { atMost: 1.2 },
    },
  ];
}

/** The newest posts of it have 10 KB of Markdown and a picture of their own each. */
async function openIllustratedBlog(bench: Bench) {
  const blog = await openWrittenBlog(bench);
  const { url, people } = blog;
  const client = createClient(url);
  const add = additionsOf(url, people, await photo({ width: 1200, height: 800 }));
  for (const { token } of people.slice(0, POSTS)) {
    const { id } = await add();
    const text = '## A heading\n\nA *line* of **text** with a [link](/about).\n\n- one\n- two\n\n';
    const content = `![A view](/pictures/${id} "Seen from the bridge")\n\n${text.repeat(130)}`;
    const json = { title: 'With a picture', content, format: 'markdown' };
    await client.api('POST', '/api/posts', { token, json });
  }
  return blog;
}
