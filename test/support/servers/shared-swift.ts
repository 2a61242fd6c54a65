/** The S3 server of a test run, an OpenStack Swift, for `serveRun`; its address is a URL. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connects, freePorts } from './ports.ts';
import { serveRun } from './shared-server.ts';
import { RING_SCRIPT, type SwiftPorts, writeSwiftConfig } from './swift-config.ts';

/** Debian's own Python, for its Swift. */
const PYTHON = '/usr/bin/python3';
/** Another process may take a port before Swift listens on it. */
const ATTEMPTS = 3;
/** Processes that still run this long after SIGTERM are killed; milliseconds. */
const STOP_MS = 5_000;

async function choosePorts(): Promise<SwiftPorts> {
  const [account = 0, container = 0, object = 0, proxy = 0, memcached = 0] = await freePorts(5);
  return { account, container, object, proxy, memcached };
}

/** The five processes; if this one is killed, the system ends them. */
function startParts(folder: string, ports: SwiftPorts): ChildProcess[] {
  const log = join(folder, 'log');
  const start = (command: string, ...args: string[]) => {
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.pipe(createWriteStream(log, { flags: 'a' }));
    }
    return child;
  };
  const user = userInfo().username;
  const port = String(ports.memcached);
  return [
    start('memcached', '-u', user, '-l', '127.0.0.1', '-p', port, '-m', '16'),
    ...['account', 'container', 'object', 'proxy'].map((kind) =>
      start(`swift-${kind}-server`, join(folder, `${kind}.conf`)),
    ),
  ];
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stopParts(parts: ChildProcess[]): Promise<void> {
  for (const part of parts) part.kill('SIGTERM');
  const timer = setTimeout(() => parts.forEach((part) => part.kill('SIGKILL')), STOP_MS);
  await Promise.all(parts.map(async (part) => hasEnded(part) || once(part, 'exit')));
  clearTimeout(timer);
}

/**
 * Resolves to whether all parts accept connections; false if one of the processes has ended. The
 * proxy is ready before the servers behind it, and answers 503 until then.
 */
async function listen(parts: ChildProcess[], ports: SwiftPorts): Promise<boolean> {
  const waiting = new Set(Object.values(ports) as number[]);
  while (!parts.some(hasEnded)) {
    for (const port of waiting) if (await connects(port)) waiting.delete(port);
    if (waiting.size === 0) return true;
    await sleep(100);
  }
  return false;
}

async function startSwift(folder: string): Promise<{ parts: ChildProcess[]; url: string }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const ports = await choosePorts();
    await writeSwiftConfig(folder, ports);
    const ringPorts = [ports.account, ports.container, ports.object].map(String);
    await promisify(execFile)(PYTHON, ['-c', RING_SCRIPT, folder, ...ringPorts]);
    const parts = startParts(folder, ports);
    const url = `http://127.0.0.1:${ports.proxy}`;
    if (await listen(parts, ports)) return { parts, url };
    await stopParts(parts);
  }
  const said = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
  throw new Error(`Swift did not start: ${said.trim().split('\n').slice(-3).join(' ')}`);
}

await serveRun(async (folder) => {
  const { parts, url } = await startSwift(folder);
  return { address: url, stop: () => stopParts(parts) };
});
