import { bigPhoto } from '../../test/support/pictures.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { argon2id } from '../limits/argon2.ts';
import { during, perSecond } from '../load/at-once.ts';
import { p99AtFixedRate, RATE } from '../load/steady.ts';
import { createClient, type Person } from '../../test/support/client.ts';
import { createVisitor } from '../../test/support/visitor.ts';
import { uploadsOf } from '../uploads-of.ts';
import { openWrittenBlog } from '../written-blog.ts';
import type { Limit, Work } from '../work.ts';

const LOGINS_AT_ONCE = 4;
const SECONDS = 3;

const argon2idAlone: Limit = {
  name: 'Argon2id alone',
  measure: async () => perSecond(await argon2id(), { atOnce: LOGINS_AT_ONCE, seconds: SECONDS }),
};

/** What other readers notice during uploads and logins, and how many of those are possible. */
export function beside(bench: Bench): Work[] {
  const blog = lazy(() => openWrittenBlog(bench));
  const readers = async () => p99AtFixedRate(`${(await blog()).url}/api/posts/1`);
  const idle: Limit = { name: 'idle', measure: readers };

  /** Returns a function that logs in over the API. */
  async function logIn(): Promise<() => Promise<void>> {
    const { url, people } = await blog();
    const { login } = createClient(url);
    return async () => {
      const [person] = people;
      const { status } = await login(person?.email ?? '', person?.password ?? '');
      if (status !== 200) throw new Error(`a login got ${status}`);
    };
  }

  /** Returns a function that signs in by the form, each time with a new browser. */
  async function signIn(): Promise<() => Promise<void>> {
    const { url, people } = await blog();
    const [person] = people as [Person];
    return () => createVisitor(url).signIn(person);
  }

  const p99 = (what: string, atMost: number, measure: Work['measure']): Work => ({
    name: `p99 of GET /api/posts/1 during ${what}`,
    unit: 'ms',
    limit: idle,
    measure,
    goal: { atMost },
  });
  const duringUploads = (atOnce: number, atMost: number) =>
    p99(`${atOnce} uploads`, atMost, async () => {
      const { url, people } = await blog();
      return during(uploadsOf(url, people, await bigPhoto()), atOnce, readers);
    });
  return [
    duringUploads(4, 4),
    duringUploads(16, 4),
    p99('logins', 3, async () => during(await logIn(), LOGINS_AT_ONCE, readers)),
    ...Object.entries({ logins: logIn, 'sign-ins by the form': signIn }).map(([what, open]) => ({
      name: `${what}, with ${RATE} other requests a second`,
      unit: '/s' as const,
      limit: argon2idAlone,
      measure: async () => {
        const work = await open();
        const { url } = await blog();
        return besideReaders(url, () =>
          perSecond(work, { atOnce: LOGINS_AT_ONCE, seconds: SECONDS }),
        );
      },
      goal: { atLeast: 0.7 },
    })),
  ];
}

/** What `measure` returns while readers send requests at their fixed rate. */
async function besideReaders(url: string, measure: () => Promise<number>): Promise<number> {
  const [figure] = await Promise.all([measure(), p99AtFixedRate(`${url}/api/posts/1`)]);
  return figure;
}
