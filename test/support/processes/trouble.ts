import assert from 'node:assert/strict';
import { join } from 'node:path';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { after } from 'node:test';
import type { MediaStore } from '../../../src/media/media-store.ts';
import { isWhole } from '../../../src/pictures/check/whole-file.ts';
import { POST_VARIANTS, VARIANTS } from '../../../src/media/picture-variants.ts';
import { type Client, createClient, type Person, type User } from '../client.ts';
import { type Ledger, openLedger, ownedKeys, verifySwept } from '../pictures/ledger.ts';
import { dropMediaOf, mediaVariables } from '../pictures/media.ts';
import { fileBody, MULTIPART } from '../multipart.ts';
import {
  assignDatabase,
  copyDatabaseOf,
  databaseVariables,
  dropDatabaseOf,
} from '../databases/postgres.ts';
import { spawnMasthead } from './service.ts';

type Service = ReturnType<typeof spawnMasthead>;

/** A running server as a process of its own, and its API. */
export interface Running extends Client {
  service: Service;
  url: string;
}

/** A data folder on which real servers and commands run, one or several at a time, and their clean-up. */
export interface Place {
  folder: string;
  dataDir: string;
  /** Starts a server and waits until it listens. `variables` are environment variables. */
  start: (variables?: Record<string, string>) => Promise<Running>;
  /** Starts the command line without waiting. */
  spawn: (
    variables: Record<string, string>,
    options?: Parameters<typeof spawnMasthead>[2],
  ) => Service;
  /** Runs one command to its end; `code` is null if it had to be killed. */
  run: (
    args: string[],
    variables?: Record<string, string>,
  ) => Promise<{ code: number | null; output: string }>;
  /** Runs at the end, when no process runs any more; last deferred, first run. */
  defer: (undo: () => unknown) => void;
}

/** A command that takes longer hangs, or serves although it should have refused; milliseconds. */
const COMMAND_MS = 4 * 60_000;

/**
 * An empty place, or a copy of `model`, where nothing may run; at the end of the test, or of the file, its
 * processes are killed and its files removed. `database`: the URL of a PostgreSQL of the test's own.
 */
export async function newPlace(
  t: { after: typeof after },
  { database: url, model }: { database?: string; model?: Place } = {},
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-'));
  const dataDir = join(folder, 'data');
  if (model !== undefined) {
    await cp(model.folder, folder, { recursive: true });
    await copyDatabaseOf(model.dataDir, dataDir);
  }
  if (url !== undefined) assignDatabase(dataDir, url);
  const stores = { ...(await databaseVariables(dataDir)), ...(await mediaVariables(dataDir)) };
  const services: Service[] = [];
  const undoing: (() => unknown)[] = [];
  t.after(async () => {
    for (const service of services) service.kill('SIGKILL');
    await Promise.all(services.map(({ ended }) => ended));
    for (const undo of undoing.toReversed()) await undo();
    await dropDatabaseOf(dataDir);
    await dropMediaOf(dataDir);
    await rm(folder, { recursive: true, force: true });
  });

  const spawn: Place['spawn'] = (variables, options) => {
    const fixed = { PORT: '0', RATE_LIMITS: 'off', IMAGE_WORKERS: '1' };
    const all = { ...fixed, ...stores, ...variables };
    const service = spawnMasthead(folder, all, options);
    services.push(service);
    return service;
  };
  return {
    folder,
    dataDir,
    spawn,
    async start(variables = {}) {
      const service = spawn(variables);
      const url = await service.url();
      return { service, url, ...createClient(url) };
    },
    async run(args, variables = {}) {
      const service = spawn(variables, { args });
      const timer = setTimeout(() => service.kill('SIGKILL'), COMMAND_MS);
      const { code, output } = await service.ended;
      clearTimeout(timer);
      return { code, output };
    },
    defer: (undo) => undoing.push(undo),
  };
}

/** Stops the server, and asserts that it ends well. */
export async function stop({ service }: Running): Promise<void> {
  service.kill('SIGTERM');
  const { code, output } = await service.ended;
  assert.equal(code, 0, output);
}

/** Uploads a picture; whatever the answer. */
export function upload({ api }: Pick<Client, 'api'>, person: Person, picture: Uint8Array) {
  const sent = { token: person.token, headers: MULTIPART, body: fileBody(picture) };
  return api<User>('PATCH', `/api/users/${person.id}/picture`, sent);
}

/** Adds a picture for posts; whatever the answer. */
export function addForPosts({ api }: Pick<Client, 'api'>, person: Person, picture: Uint8Array) {
  const sent = { token: person.token, headers: MULTIPART, body: fileBody(picture) };
  return api<{ id: number; urls: Record<'960', string> }>('POST', '/api/pictures', sent);
}

/** Uploads a picture that must be accepted; returns its path. */
export async function uploaded(
  client: Pick<Client, 'api'>,
  person: Person,
  picture: Uint8Array,
): Promise<string> {
  const answer = await upload(client, person, picture);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.image_path;
}

/**
 * Checks the ledger's promises on the files themselves: no picture is missing or partial, before
 * and after a sweep, and after it nothing else is stored or recorded. `hours`: how much later the
 * sweep is; `media`: another store than the data's own.
 */
export async function verifyLedger(
  dataDir: string,
  { hours = 2, media }: { hours?: number; media?: MediaStore } = {},
): Promise<void> {
  const ledger = await openLedger(dataDir, media && { media });
  try {
    await verifySwept(ledger, verifyOwned, hours);
  } finally {
    await ledger.db.destroy();
    ledger.media.close();
  }
}

async function verifyOwned(ledger: Ledger): Promise<void> {
  const formats = new Map(
    [...VARIANTS, ...POST_VARIANTS].map(({ folder, format }) => [folder, format]),
  );
  for (const file of await ownedKeys(ledger)) {
    const format = formats.get(file.split('/')[0] ?? '') ?? assert.fail(file);
    const bytes = await ledger.media.read(file);
    assert.ok(bytes && isWhole(bytes, format), `${file} is missing or partial`);
  }
}
