/**
 * `steady-client.ts URL RATE SECONDS` prints the 99th percentile; see steady.ts. Runs as a process
 * of its own.
 */
import { Agent, get } from 'node:http';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../statistics.ts';

const [url = '', rate, seconds] = process.argv.slice(2);
const [everyMs, count] = [1000 / Number(rate), Number(rate) * Number(seconds)];
/** The first requests, in which connections are opened and code is compiled, do not count. */
const WARM_UP = Number(rate);

try {
  // Real readers have their own machines, so this client must not wait for a processor.
  setPriority(-10);
} catch {
  // Only root may do this.
}

const agent = new Agent({ keepAlive: true });
const times: number[] = [];

/** Resolves to the milliseconds from when the request was due to its answer. */
function ask(intended: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} is ${answer.statusCode}`));
      answer.resume().on('end', () => resolve(performance.now() - intended));
    });
    sent.on('error', reject);
  });
}

const asked: Promise<void>[] = [];
const begun = performance.now();
for (let n = 0; n < WARM_UP + count; n++) {
  const intended = begun + n * everyMs;
  const early = intended - performance.now();
  if (early > 0) await sleep(early);
  const answered = ask(intended);
  asked.push(answered.then((ms) => void (n >= WARM_UP && times.push(ms))));
}
await Promise.all(asked);
console.log(quantile(times, 0.99));
agent.destroy();
