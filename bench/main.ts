/** `npm run bench`: each figure beside what it is to be compared with in the same run. */
import sharp from 'sharp';
import { bigPhoto } from '../test/support/pictures.ts';
import { homeBytes } from './home-bytes.ts';
import { perSecond, plainPipeline } from './pictures.ts';
import { load, p99, startHello } from './requests.ts';
import {
  newDataDir,
  register,
  residentMegabytes,
  signIn,
  startServer,
  uploader,
} from './server.ts';

const SECONDS = 4;
const UPLOADS = 24;

interface Row {
  what: string;
  measured: string;
  yardstick: string;
  ratio: string;
  goal: string;
}
const rows: Row[] = [];
const row = (
  what: string,
  measured: string,
  yardstick: string,
  ratio: number | null,
  goal: string,
) => {
  rows.push({ what, measured, yardstick, ratio: ratio === null ? '' : ratio.toFixed(2), goal });
  console.error(`${what}: ${measured}`);
};

await using data = await newDataDir();
await (await startServer(data.path)).stop();
const starts: number[] = [];
for (let i = 0; i < 5; i++) {
  const server = await startServer(data.path);
  starts.push(server.startMs);
  await server.stop();
}
const median = starts.toSorted((a, b) => a - b)[2] ?? 0;
row('start to the first 200', `${median.toFixed(0)} ms`, '', null, 'under 800 ms');

const server = await startServer(data.path);
const { url, pid } = server;
const person = await register(url, 'bench');
const headers = { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' };
for (let i = 1; i <= 40; i++) {
  const body = JSON.stringify({ title: `Post ${i}`, content: 'A line of text.\n'.repeat(40) });
  await (await fetch(`${url}/api/posts`, { method: 'POST', headers, body })).arrayBuffer();
}

const photo = await bigPhoto();
const send = uploader(url, person, photo);
await send();
sharp.concurrency(1);
sharp.cache(false);
await plainPipeline(photo);
for (const atOnce of [1, 4, 16]) {
  const plain = await perSecond(() => plainPipeline(photo), { times: UPLOADS, atOnce });
  const served = await perSecond(send, { times: UPLOADS, atOnce });
  const name = `uploads a second of 12 megapixels, ${atOnce} at once`;
  row(name, served.toFixed(1), `${plain.toFixed(1)} by sharp alone`, served / plain, '0.8 or more');
}

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, residentMegabytes(pid))), 50);
await perSecond(send, { times: 48, atOnce: 16 });
clearInterval(watch);
row('peak memory during 16 uploads at once', `${peak.toFixed(0)} MB`, '', null, 'under 600 MB');

{
  await using hello = await startHello();
  const yardstick = await load(hello.url, SECONDS);
  const paths = [
    ['/api/posts?limit=10', '/api/posts?limit=10'],
    ['/api/posts/1', '/api/posts/1'],
    ['one media file', await send()],
    ['/ signed out', '/'],
    ['/ signed in', '/'],
  ];
  const cookie = await signIn(url, 'bench');
  for (const [name = '', path = ''] of paths) {
    const served = await load(url + path, SECONDS, name === '/ signed in' ? { cookie } : {});
    const words = `${yardstick.toFixed(0)} of hello world`;
    row(`requests a second, ${name}`, served.toFixed(0), words, served / yardstick, '');
  }
}

const idle = await p99(`${url}/api/posts/1`, SECONDS);
const enough = new AbortController();
const uploads = Promise.all(
  Array.from({ length: 4 }, async () => {
    while (!enough.signal.aborted) await send();
  }),
);
const during = await p99(`${url}/api/posts/1`, SECONDS);
enough.abort();
await uploads;
row(
  '99th percentile of /api/posts/1 during 4 uploads',
  `${during.toFixed(1)} ms`,
  `${idle.toFixed(1)} ms idle`,
  during / idle,
  '5 or less',
);

const BUDGETS: Record<string, number> = { HTML: 15, CSS: 30, scripts: 20, font: 70 };
for (const [kind, bytes] of Object.entries(await homeBytes(url))) {
  const goal = `under ${BUDGETS[kind]} KB`;
  row(`bytes of the home page, ${kind}`, `${(bytes / 1024).toFixed(1)} KB`, '', null, goal);
}

await server.stop();
console.table(rows);
