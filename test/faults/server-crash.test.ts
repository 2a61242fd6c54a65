import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type Person } from '../support/client.ts';
import { openLedger } from '../support/pictures/ledger.ts';
import { fileBody, MULTIPART } from '../support/multipart.ts';
import { photo } from '../support/pictures.ts';
import { startDoomed } from '../support/processes/doomed.ts';
import {
  addForPosts,
  newPlace,
  type Place,
  stop,
  uploaded,
  verifyLedger,
} from '../support/processes/trouble.ts';

type Picture = 'old' | 'new' | 'none';

/** A request, where the server is killed during it, and the picture that Ann has afterwards. */
const REQUESTS: Record<
  string,
  { method: string; path: string; file?: true; steps: Record<string, [at: RegExp, Picture]> }
> = {
  'replacing a picture': {
    method: 'PATCH',
    path: '/picture',
    file: true,
    steps: {
      'before its row is written': [/^insert into "pictures"/, 'old'],
      'before a file is written': [/^open .*\.part$/, 'old'],
      'after a file was written, before its sync': [/^sync$/, 'old'],
      'before a file is named': [/^rename .*profile_pics-/, 'old'],
      'after a file was named': [/^open .*\/profile_pics$/, 'old'],
      'before the transaction': [/^begin$/, 'old'],
      'before the commit': [/^commit$/, 'old'],
      'after the commit, before the old is deleted': [/^unlink /, 'new'],
      'while the old is deleted': [/^unlink .*profile_pics_128\//, 'new'],
      'after the old was deleted': [/^delete from "pictures"/, 'new'],
    },
  },
  'removing a picture': {
    method: 'DELETE',
    path: '/picture',
    steps: {
      'before the commit': [/^commit$/, 'old'],
      'after the commit, before it is deleted': [/^unlink /, 'none'],
      'while it is deleted': [/^unlink .*profile_pics_128\//, 'none'],
      'after it was deleted': [/^delete from "pictures"/, 'none'],
    },
  },
  'deleting an account': {
    method: 'DELETE',
    path: '',
    steps: {
      'before the row goes': [/^delete from "users"/, 'old'],
      'before the commit': [/^commit$/, 'old'],
      'after the commit, before the picture is deleted': [/^unlink /, 'none'],
      'while the picture is deleted': [/^unlink .*profile_pics_128\//, 'none'],
      'after the picture was deleted': [/^delete from "pictures"/, 'none'],
    },
  },
};

const model = await newPlace({ after });
let ann: Person;
let old: string;
let picture: Buffer;

describe('a server killed in the middle loses nothing and leaves nothing behind', () => {
  before(async () => {
    const server = await model.start();
    ann = await server.person();
    picture = await photo({ width: 60, height: 40 });
    old = await uploaded(server, ann, picture);
    await stop(server);
  });

  for (const [what, { method, path, file, steps }] of Object.entries(REQUESTS)) {
    for (const [when, [at, expected]] of Object.entries(steps)) {
      test(`${what}, ${when}`, async (t) => {
        const { place, service, url } = await startDoomed(t, model, at);
        const body = file && { headers: MULTIPART, body: fileBody(picture) };
        const sent = { token: ann.token, ...body };
        await assert.rejects(createClient(url).api(method, `/api/users/${ann.id}${path}`, sent));
        assert.equal((await service.ended).signal, 'SIGKILL');
        assert.equal(await pictureOf(place), expected);
        await verifyLedger(place.dataDir);
        assert.equal(await pictureOf(place), expected);
      });
    }
  }

  async function pictureOf({ dataDir }: Place): Promise<Picture> {
    const { db } = await openLedger(dataDir);
    const user = await db.selectFrom('users').select('picture_key').executeTakeFirst();
    await db.destroy();
    if (!user?.picture_key) return 'none';
    return old.includes(user.picture_key) ? 'old' : 'new';
  }
});

/** The same for pictures of posts: where the server is killed, and how many there are afterwards. */
const OF_POSTS: Record<'POST' | 'DELETE', Record<string, [at: RegExp, left: number]>> = {
  POST: {
    'before its row is written': [/^insert into "pictures"/, 1],
    'before a file is written': [/^open .*\.part$/, 1],
    'before a file is named': [/^rename .*post_960-/, 1],
    'after a file was named': [/^open .*\/post_jpeg$/, 1],
    'before the commit': [/^commit$/, 1],
  },
  DELETE: {
    'before the commit': [/^commit$/, 1],
    'after the commit, before it is deleted': [/^unlink /, 0],
    'while it is deleted': [/^unlink .*post_960\//, 0],
    'after it was deleted': [/^delete from "pictures"/, 0],
  },
};

describe('a server killed while it changes pictures of posts loses nothing and leaves nothing behind', () => {
  const whole = newPlace({ after });
  let person: Person;
  let id = 0;
  before(async () => {
    const server = await (await whole).start();
    person = await server.person();
    id = (await addForPosts(server, person, await photo({ width: 700, height: 400 }))).body.id;
    await stop(server);
  });

  for (const [method, steps] of Object.entries(OF_POSTS)) {
    for (const [when, [at, left]] of Object.entries(steps)) {
      test(`${method}, ${when}`, async (t) => {
        const { place, service, url } = await startDoomed(t, await whole, at);
        const client = createClient(url);
        await assert.rejects(
          method === 'POST'
            ? addForPosts(client, person, picture)
            : client.api('DELETE', `/api/pictures/${id}`, { token: person.token }),
        );
        assert.equal((await service.ended).signal, 'SIGKILL');
        assert.equal(await countIn(place), left);
        await verifyLedger(place.dataDir);
        assert.equal(await countIn(place), left);
      });
    }
  }

  async function countIn({ dataDir }: Place): Promise<number> {
    const { db } = await openLedger(dataDir);
    const rows = await db.selectFrom('post_pictures').select('id').execute();
    await db.destroy();
    return rows.length;
  }
});
