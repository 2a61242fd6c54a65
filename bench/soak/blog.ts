import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MASTHEAD, PATH } from '../../test/support/processes/masthead.ts';
import { freePort } from '../../test/support/servers/ports.ts';
import type { Place } from './place.ts';

/** How much of its log is shown when a server ends by itself; characters. */
const LOG_END = 3000;

/** A real server as a process of its own, which may be killed and is restarted on the same address. */
export interface Node {
  url: string;
  pid: () => number;
  /** Process ids of its decoders. */
  decoders: () => number[];
  /** Resolves when it answers. */
  up: () => Promise<void>;
  /** SIGKILL, then a new start; resolves when it answers again. */
  crash: () => Promise<void>;
  /** SIGTERM; returns the exit status. */
  stop: () => Promise<number | null>;
}

export interface Blog {
  nodes: readonly [Node, ...Node[]];
  /** Whether an answer to a commit can be lost although the node lives. */
  lossy: boolean;
  /** Runs the command line on the same data; returns exit status and output. */
  command: (...args: string[]) => Promise<{ status: number | null; output: string }>;
}

/** Starts as many nodes as the place is for. */
export async function startBlog(place: Place): Promise<Blog> {
  const variables = {
    ...PATH,
    ...place.variables,
    DATA_DIR: place.folder,
    LOG_LEVEL: 'warn',
    RATE_LIMITS: 'off',
  };
  const run = (env: Record<string, string>, ...args: string[]) =>
    spawn(MASTHEAD, args, { cwd: place.folder, env: { ...variables, ...env }, stdio: 'pipe' });
  const first = await startNode(place.folder, run);
  const others: Node[] = [];
  while (others.length < place.nodes - 1) others.push(await startNode(place.folder, run));
  return {
    nodes: [first, ...others],
    lossy: place.lossy,
    command: async (...args) => {
      const child = run({}, ...args);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const [status] = (await once(child, 'close')) as [number | null];
      return { status, output };
    },
  };
}

type Run = (env: Record<string, string>) => ReturnType<typeof spawn>;

async function startNode(folder: string, run: Run): Promise<Node> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = createWriteStream(join(folder, 'soak.log'), { flags: 'a' });
  let child: ChildProcess;
  let answering: Promise<void>;

  function start(): void {
    const started = run({ PORT: String(port), FRONTEND_URL: url });
    started.stdout?.pipe(log, { end: false });
    started.stderr?.pipe(log, { end: false });
    child = started;
    answering = answers(url, started).catch(async (error: Error) => {
      const said = await readFile(log.path, 'utf8');
      throw new Error(`${error.message}; its log ends with\n${said.slice(-LOG_END)}`);
    });
    answering.catch(() => {});
  }

  start();
  await answering!;
  return {
    url,
    pid: () => child.pid ?? 0,
    decoders: () => decodersOf(child.pid ?? 0),
    up: () => answering,
    crash: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      start();
      await answering;
    },
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const [status] = (await exit) as [number | null];
      return status;
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('the server ended by itself');
    const answer = await fetch(`${url}/api/posts?limit=1`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Its decoders: while it starts, its shell has a child that nobody may kill. */
function decodersOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter((child) => child !== '' && isDecoder(child))
      .map(Number);
  } catch {
    return [];
  }
}

const isDecoder = (pid: string) =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/images/worker/');
