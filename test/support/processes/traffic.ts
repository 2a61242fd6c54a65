import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Client, createClient, type Person, type User } from '../client.ts';
import { upload } from './trouble.ts';
import { until } from '../until.ts';

/**
 * Answers (`status` or `status detail`) that are allowed during a fault, and whether an upload with
 * that answer is certainly not stored, or may be.
 */
type Expected = Record<string, 'refused' | 'unsure'>;

/** Continuous uploads and readers. */
export interface Traffic {
  /** Resolves when so many more uploads have been accepted. */
  more: (uploads: number) => Promise<void>;
  /** Runs `happen`; requests sent before it is over may be answered as `expected`. */
  during: (expected: Expected, happen: () => Promise<void>) => Promise<void>;
  /** How many uploads were answered with that status. */
  answered: (status: number) => number;
  /** Ends it; throws the answers that were not allowed. */
  end: () => Promise<void>;
  /** Asserts that everybody has the picture last accepted, or a later one whose answer left it open. */
  verify: (client: Pick<Client, 'api'>) => Promise<void>;
}

/** The answers that one person got. */
interface Told {
  person: Person;
  /** paths of the accepted pictures, in order */
  taken: string[];
  /** whether a later one may have been accepted too */
  unsure: boolean;
}

/** Pause between a reader's requests, and before a refused upload is repeated; milliseconds. */
const PAUSE_MS = 20;

/**
 * Each of `people` uploads `picture` at this URL again and again, and looks at their picture
 * whenever that was not accepted; somebody else reads the home page.
 */
export function startTraffic(url: string, people: Person[], picture: Uint8Array): Traffic {
  const client = createClient(url);
  const all: Told[] = people.map((person) => ({ person, taken: [], unsure: false }));
  const troubles: Expected[] = [];
  const statuses = new Map<number, number>();
  let over = 0;
  const ending = new AbortController();

  /** The answer, and what was allowed at any time while it was awaited. */
  async function ask<T>(request: () => Promise<Answer<T>>) {
    const first = over;
    const answer = await request();
    return { answer, expected: Object.assign({}, ...troubles.slice(first)) as Expected };
  }

  async function keepUploading(told: Told): Promise<void> {
    while (!ending.signal.aborted) {
      const { answer, expected } = await ask(() => upload(client, told.person, picture));
      const { status, text, body } = answer;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) {
        told.taken.push(body.image_path);
        told.unsure = false;
        continue;
      }
      const fate = expected[labelOf(answer)] ?? assert.fail(`an upload: ${status} ${text}`);
      told.unsure ||= fate === 'unsure';
      await look(told);
    }
  }

  /** Resolves when the picture was shown. */
  async function look(told: Told): Promise<void> {
    let shown = false;
    while (!shown) {
      const { answer, expected } = await ask(() => lookOnce(client, told));
      shown = answer.status === 200;
      const away =
        answer.status === 503 && Object.keys(expected).some((key) => key.startsWith('503'));
      assert.ok(shown || away, `a picture: ${answer.status} ${answer.text}`);
      await sleep(PAUSE_MS);
    }
  }

  async function keepReading(): Promise<void> {
    while (!ending.signal.aborted) {
      const { answer, expected } = await ask(() => client.api('GET', '/'));
      const { status, text } = answer;
      // If one node cannot answer, the other does, so a reader never gets a gateway error.
      assert.ok(
        status === 200 || (status === 503 && '503' in expected),
        `a page: ${status} ${text}`,
      );
      await sleep(PAUSE_MS);
    }
  }

  let failure: unknown;
  const running = Promise.all([...all.map(keepUploading), keepReading()]).catch(
    (error: unknown) => {
      failure = error;
      ending.abort();
    },
  );
  const failed = () => {
    if (failure !== undefined) throw failure;
  };
  const answered = (status: number) => statuses.get(status) ?? 0;

  return {
    answered,
    async more(uploads) {
      const enough = answered(200) + uploads;
      await until('uploads', async () => {
        failed();
        return answered(200) >= enough || undefined;
      });
    },
    async during(expected, happen) {
      troubles.push(expected);
      await happen();
      over = troubles.length;
    },
    async end() {
      ending.abort();
      await running;
      failed();
    },
    async verify(client) {
      for (const told of all) assert.equal((await lookOnce(client, told)).status, 200);
    },
  };
}

/**
 * Fetches this person's picture. Asserts that it is the last accepted one or, if a later answer was
 * lost, at least not one that was replaced.
 */
async function lookOnce(
  { api }: Pick<Client, 'api'>,
  { person, taken, unsure }: Told,
): Promise<Answer> {
  const user = await api<User>('GET', `/api/users/${person.id}`);
  if (user.status !== 200) return user;
  const { image_file: file, image_path: path } = user.body;
  const last = taken.at(-1);
  if (!unsure) assert.equal(file === null ? undefined : path, last);
  else if (last !== undefined) assert.ok(file !== null && !taken.slice(0, -1).includes(path), path);
  return api('GET', path);
}

function labelOf({ status, body }: Answer): string {
  const { detail } = (body ?? {}) as { detail?: string };
  return detail === undefined ? String(status) : `${status} ${detail}`;
}
