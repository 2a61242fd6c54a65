import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request on its way to the server, with its whole body. */
interface Passing {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** Forwards it to the server, unchanged or with another body. */
  forward: (body?: Buffer) => Promise<Answer>;
  /** Sends an answer, or only the first bytes of its body, and then resets the connection or lets it hang. */
  answer: (answer: Answer, cut?: { bytes: number; end: 'reset' | 'stall' }) => Promise<void>;
  /** Ends the connection with a reset. */
  reset: () => void;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** What happens to a request; undefined: it is forwarded. */
export type Fault = (passing: Passing) => Promise<void> | void;

/** A proxy between the SDK and the S3 server that causes the faults of networks and stores. */
export interface FaultProxy {
  endpoint: string;
  /** Chooses for each request from now on what happens to it. */
  choose: (choice: (passing: Passing) => Fault | undefined) => void;
  /** `method path` of all requests since the last choice. */
  seen: string[];
  /** Closes the port and cuts the connections; `open` opens it again. */
  shut: () => Promise<void>;
  open: () => Promise<void>;
}

export async function startFaultProxy(
  t: { after: typeof after },
  target: string,
): Promise<FaultProxy> {
  let choice: (passing: Passing) => Fault | undefined = () => undefined;
  const proxy: FaultProxy = {
    endpoint: '',
    choose(next) {
      choice = next;
      proxy.seen.length = 0;
    },
    seen: [],
    async shut() {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
    async open() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
  };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void pass(target, request, response).then(async (passing) => {
      proxy.seen.push(`${passing.method} ${passing.path}`);
      const fault = choice(passing) ?? PASS;
      // The client has given up.
      await Promise.resolve(fault(passing)).catch(() => response.destroy());
    }, ignored);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', ignored).on('close', () => sockets.delete(socket));
  });
  let port = 0;
  await proxy.open();
  ({ port } = server.address() as AddressInfo);
  proxy.endpoint = `http://127.0.0.1:${port}`;
  t.after(() => proxy.shut().catch(ignored));
  return proxy;
}

const ignored = () => {};
const PASS: Fault = async ({ forward, answer }) => answer(await forward());

async function pass(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Passing> {
  const { method = '', url: path = '', headers, socket } = request;
  const body = await buffer(request);
  return {
    method,
    path,
    headers,
    body,
    async forward(instead = body) {
      // The same host as the request was signed for.
      const asked = ask(target + path, { method, headers, agent: false }).end(instead);
      const [got] = (await once(asked, 'response')) as [IncomingMessage];
      return { status: got.statusCode ?? 0, headers: got.headers, body: await buffer(got) };
    },
    async answer({ status, headers: all, body: bytes }, cut) {
      const { 'transfer-encoding': _, connection: __, ...sent } = all;
      response.writeHead(status, { 'content-length': bytes.length, ...sent });
      if (cut === undefined) {
        response.end(bytes);
        return;
      }
      response.write(bytes.subarray(0, cut.bytes));
      if (cut.end === 'stall') return;
      // So that the part is sent before the end.
      await sleep(50);
      socket.resetAndDestroy();
    },
    reset: () => void socket.resetAndDestroy(),
  };
}

function refusal(status: number, code: string): Answer {
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** The faults themselves. */
export const FAULTS = {
  refuse:
    (status: number, code: string): Fault =>
    ({ answer }) =>
      answer(refusal(status, code)),
  /** The store performs the request, but the answer says that it failed. */
  refuseAfter:
    (status: number, code: string): Fault =>
    async ({ forward, answer }) => {
      await forward();
      await answer(refusal(status, code));
    },
  resetBefore: (({ reset }) => reset()) satisfies Fault,
  resetAfter: (async ({ forward, reset }) => {
    await forward();
    reset();
  }) satisfies Fault,
  slow:
    (ms: number): Fault =>
    async ({ forward, answer }) => {
      await sleep(ms);
      await answer(await forward());
    },
  /** Never answers. */
  stall: (() => {}) satisfies Fault,
  /** Changes one byte of what is sent. */
  corrupt: (async ({ body, forward, answer }) => {
    const other = Buffer.from(body);
    other[0] = (other[0] ?? 0) ^ 1;
    await answer(await forward(other));
  }) satisfies Fault,
  /** The answer ends, or hangs, in the middle. */
  cut:
    (end: 'reset' | 'stall'): Fault =>
    async ({ forward, answer }) => {
      const whole = await forward();
      await answer(whole, { bytes: Math.floor(whole.body.length / 2), end });
    },
} as const;
