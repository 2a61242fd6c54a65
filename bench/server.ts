import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

export interface Server {
  url: string;
  pid: number;
  /** milliseconds from spawning to the first 200 */
  startMs: number;
  stop: () => Promise<void>;
}

/** The server as people start it, with the data in `dataDir`. */
export async function startServer(dataDir: string): Promise<Server> {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    cwd: dataDir,
    env: { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', RATE_LIMITS: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /http:\S+/.exec(line.toString())?.[0] ?? '';
  await (await fetch(`${url}/api/posts`)).arrayBuffer();
  const startMs = performance.now() - begun;
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, pid: child.pid ?? 0, startMs, stop };
}

/** A new folder for data, and how to remove it. */
export async function newDataDir(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'masthead-bench-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Resident memory of a process and all its children, in MB. */
export function residentMegabytes(pid: number): number {
  const lines = execFileSync('ps', ['-Ao', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim();
  const rows = lines.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const family = rows.filter(([own, parent]) => own === pid || parent === pid);
  return family.reduce((sum, [, , rss = 0]) => sum + rss, 0) / 1024;
}

/** Registers somebody and returns what a request of theirs needs. */
export async function register(url: string, name: string): Promise<{ id: number; token: string }> {
  const account = accountOf(name);
  const json = { 'content-type': 'application/json' };
  const created = await fetch(`${url}/api/users`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(account),
  });
  const { id } = (await created.json()) as { id: number };
  const login = await fetch(`${url}/api/users/token`, {
    method: 'POST',
    body: new URLSearchParams({ username: account.email, password: account.password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  return { id, token };
}

function accountOf(name: string) {
  return { username: name, email: `${name}@example.com`, password: 'a long password' };
}

/** The session cookie of somebody registered before. */
export async function signIn(url: string, name: string): Promise<string> {
  const { email, password } = accountOf(name);
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username: email, password }),
  });
  return answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
}

const BOUNDARY = 'boundary-of-the-bench';
const PART = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n`;

/**
 * A function that sends a picture and returns the path of what was made of it; throws for any answer
 * but 200. The body is made once and sent by node:http: fetch would take a tenth of the two cores for
 * the client alone.
 */
export function uploader(
  url: string,
  { id, token }: { id: number; token: string },
  picture: Buffer,
): () => Promise<string> {
  const body = Buffer.concat([Buffer.from(PART), picture, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  const options = {
    method: 'PATCH',
    agent: new Agent({ keepAlive: true }),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    },
  };
  return async () => {
    const sent = request(`${url}/api/users/${id}/picture`, options).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const said = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${said}`);
    return (JSON.parse(said) as { image_path: string }).image_path;
  };
}
