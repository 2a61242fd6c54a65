import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MASTHEAD, PATH } from '../../test/support/masthead.ts';

/** The real server as a process of its own, which may be killed and is restarted on the same address. */
export interface Blog {
  url: string;
  pid: () => number;
  /** Process ids of its children, the decoders. */
  children: () => number[];
  /** Resolves when it answers. */
  up: () => Promise<void>;
  /** SIGKILL, then a new start; resolves when it answers again. */
  crash: () => Promise<void>;
  /** SIGTERM; returns the exit status. */
  stop: () => Promise<number | null>;
  /** Runs the command line on the same data; returns exit status and output. */
  command: (...args: string[]) => Promise<{ status: number | null; output: string }>;
}

export async function startBlog(dataDir: string): Promise<Blog> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...PATH,
    DATA_DIR: dataDir,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    RATE_LIMITS: 'off',
    FRONTEND_URL: url,
  };
  const log = createWriteStream(join(dataDir, 'soak.log'), { flags: 'a' });
  const run = (...args: string[]) => spawn(MASTHEAD, args, { cwd: dataDir, env, stdio: 'pipe' });
  let child: ChildProcess;
  let answering: Promise<void>;

  function start(): void {
    const started = run();
    for (const stream of [started.stdout, started.stderr]) stream.pipe(log, { end: false });
    child = started;
    answering = answers(url, started);
    answering.catch(() => {});
  }

  start();
  return {
    url,
    pid: () => child.pid ?? 0,
    children: () => childrenOf(child.pid ?? 0),
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
    command: async (...args) => {
      const process = run(...args);
      let output = '';
      for (const stream of [process.stdout, process.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const [status] = (await once(process, 'close')) as [number | null];
      return { status, output };
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('the server ended by itself; see soak.log');
    const answer = await fetch(`${url}/api/posts?limit=1`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
