import { createClient } from '../../test/support/client.ts';
import { createVisitor } from '../../test/support/visitor.ts';
import type { Bench } from '../group.ts';
import { lazy } from '../lazy.ts';
import { requestsPerSecond } from '../load/wrk.ts';
import { command, type Place, runSql } from '../set-up.ts';
import type { Work } from '../work.ts';

const [FEW, MANY] = [1_000, 100_000];
/** So few that one of two cores is enough for the client, and the server's own time is measured. */
const CONNECTIONS = 8;
const PAGES = {
  'the people who write': '/people',
  'the people of the admin page': '/admin/people',
};

/** A page of people, depending on how many there are; each of them counts as having written one post. */
export function people(bench: Bench): Work[] {
  const blogs = new Map(
    [FEW, MANY].map((count) => [count, lazy(async () => startWithPeople(bench, count))]),
  );
  const measure = async (path: string, count: number) => {
    const { url, cookie } = (await blogs.get(count)?.()) ?? {};
    const headers = { cookie: cookie ?? '' };
    const options = { connections: CONNECTIONS, seconds: 1, uncached: true, headers };
    return 1000 / (await requestsPerSecond(`${url}${path}`, options));
  };
  return Object.entries(PAGES).map(([name, path]) => ({
    name: `${name}, of ${MANY.toLocaleString('en')}, rebuilt`,
    unit: 'ms',
    limit: { name: `of ${FEW.toLocaleString('en')}`, measure: () => measure(path, FEW) },
    measure: () => measure(path, MANY),
    goal: { atMost: 1.5 },
  }));
}

/** A server with so many people, and the cookie of its owner. */
async function startWithPeople(bench: Bench, count: number) {
  const place = await bench.newPlace();
  await command(place, ['migrate']);
  await addPeople(place, count);
  const { url } = await bench.startMasthead(place);
  const owner = await createClient(url).person('the owner');
  await command(place, ['user', 'role', owner.email, 'owner']);
  const browser = createVisitor(url);
  await browser.signIn(owner);
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  return { url, cookie };
}

async function addPeople(place: Place, count: number): Promise<void> {
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})`;
  await runSql(
    place,
    `${numbers}
     insert into users (username, username_key, email, email_key, password_hash, created_at)
     select 'person' || i, 'person' || i, i || '@example.com', i || '@example.com', '', i from n`,
    // The page reads the counts alone; posts would be rendered in the background meanwhile.
    'insert into post_counts (user_id, posts, public) select id, 1, 1 from users',
    // PostgreSQL's autovacuum does this within a minute.
    ...(place.databaseUrl === undefined ? [] : ['vacuum analyze']),
  );
}
