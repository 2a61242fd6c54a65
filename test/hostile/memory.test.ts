import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Person } from '../support/client.ts';
import { deflatedZeros, rawPng } from '../support/pictures/crafted-pictures.ts';
import { fileBody, multipart, MULTIPART } from '../support/multipart.ts';
import { startOwnProcess } from '../support/processes/own-process.ts';
import { bigPhoto, plain } from '../support/pictures.ts';
import { watchFamily } from '../support/processes/process-memory.ts';

const MB = 1e6;
const ORDINARY_MAX = 400 * MB;
const WORST_MAX = 1000 * MB;

/** 51 megapixels, at the cap; 34 where coefficients of three whole channels are kept. */
const LARGE = { width: 7141, height: 7141 };
const DENSE = { width: 5830, height: 5830 };

/** The most demanding accepted picture of each format: whole-picture decoders at their caps. */
const WORST: Record<string, () => Buffer | Promise<Buffer>> = {
  GIF: () => plain('#48c', LARGE).gif({ effort: 1, colours: 2 }).toBuffer(),
  'lossless WebP': () => plain('#48c', LARGE).webp({ lossless: true, effort: 0 }).toBuffer(),
  'progressive JPEG, every channel whole': () =>
    plain('#48c', DENSE).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  'PNG a million pixels wide': () =>
    rawPng(
      { width: 1_000_000, height: 50, depth: 8, colourType: 6 },
      deflatedZeros(1 + 1_000_000 * 4, 50),
    ),
};

let ordinary: Buffer;
const worst: Buffer[] = [];
/** The same with a crop of 5,000 pixels, for decoders that could shrink the whole. */
const cut: Buffer[] = [];
const SQUARE = { x: '300', y: '40', size: '5000', rotation: '90' };
const withSquare = (data: Buffer) =>
  multipart([
    ...Object.entries(SQUARE).map(([name, text]) => ({ name, data: text })),
    { name: 'file', filename: 'a', data },
  ]);
before(async () => {
  ordinary = fileBody(await bigPhoto());
  for (const make of Object.values(WORST)) {
    const picture = await make();
    worst.push(fileBody(picture));
    // One is only 50 pixels high.
    cut.push(picture.subarray(1, 4).toString() === 'PNG' ? fileBody(picture) : withSquare(picture));
  }
});

/** Sends bodies at once, each with its own user and connection; returns the statuses. */
async function sendAll(url: string, people: Person[], bodies: Buffer[]): Promise<number[]> {
  return Promise.all(
    bodies.map(async (body, n) => {
      const { id, token } = people[n % people.length] as Person;
      const headers = {
        ...MULTIPART,
        authorization: `Bearer ${token}`,
        'content-length': body.length,
      };
      const path = `${url}/api/users/${id}/picture`;
      // Not with fetch, which would copy every body.
      const sent = request(path, { method: 'PATCH', headers, agent: false }).end(body);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      await text(answer);
      return answer.statusCode ?? 0;
    }),
  );
}

const repeated = (bodies: Buffer[], times: number) =>
  Array.from({ length: times }, (_, n) => bodies[n % bodies.length] as Buffer);

test('the server and its children stay within the stated memory', async (t) => {
  const { url, pid, output, client } = await startOwnProcess(t, {
    variables: { IMAGE_WORKERS: '2' },
  });
  const people: Person[] = [];
  for (let n = 0; n < 16; n++) people.push(await client.person());

  const measure = async (what: string, bodies: Buffer[], statuses: number[], max: number) => {
    await t.test(what, async (sub) => {
      const stop = watchFamily(pid);
      const answers = await sendAll(url, people, bodies);
      const { resident, share, processes } = stop();
      const megabytes = (bytes: number) => Math.round(bytes / MB);
      sub.diagnostic(
        `${megabytes(share)} MB, ${megabytes(resident)} with what is shared counted often`,
      );
      const others = answers.filter((status) => !statuses.includes(status));
      assert.deepEqual(others, [], `${answers.join()}\n${output()}`);
      // No decoder crashed, which is a 503 as well.
      assert.doesNotMatch(output(), /image worker ended/);
      // The server and both workers were seen working.
      assert.ok(processes >= 3, `${processes} processes`);
      assert.ok(share < max, `${share} bytes`);
    });
  };

  await measure('sixteen photos of 12 megapixels', repeated([ordinary], 16), [200], ORDINARY_MAX);
  await measure('sixty-four, most of them waiting', repeated([ordinary], 64), [200], ORDINARY_MAX);
  // On a slow machine the limit of processor time may come first, on a busy one the deadline.
  await measure('sixteen of the worst', repeated(worst, 16), [200, 400, 503], WORST_MAX);
  await measure('sixteen of the worst, cut', repeated(cut, 16), [200, 400, 503], WORST_MAX);
  await measure('sixteen photos after those', repeated([ordinary], 16), [200], ORDINARY_MAX);
});
