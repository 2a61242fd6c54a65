import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** When a connection is cut: instead of forwarding COMMIT, or instead of forwarding its answer. */
type Cut = 'before' | 'after';

export interface CuttingProxy {
  /** The URL of a PostgreSQL server through the proxy. */
  through: (url: string) => string;
  /** From now on cuts each connection that commits, or none. */
  cut: (when: Cut | undefined) => void;
  /** How many were cut. */
  count: () => number;
}

/** A proxy between client and PostgreSQL, until the test has ended. */
export async function startCuttingProxy(t: Pick<TestContext, 'after'>): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let target = 0;
  let when: Cut | undefined;
  let count = 0;

  const server = createServer((client) => {
    const postgres = connect(target, '127.0.0.1');
    let answerIsLost = false;
    const end = () => {
      client.destroy();
      postgres.destroy();
    };
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    const cut = () => {
      count++;
      end();
    };
    client.on('data', (bytes) => {
      const commits = bytes.includes('commit\0');
      if (commits && when === 'before') return cut();
      answerIsLost ||= commits && when === 'after';
      postgres.write(bytes);
    });
    postgres.on('data', (bytes) => (answerIsLost ? cut() : client.write(bytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    through: (url) => {
      const proxied = new URL(url);
      target = Number(proxied.port);
      proxied.port = String((server.address() as AddressInfo).port);
      return proxied.href;
    },
    cut: (next) => (when = next),
    count: () => count,
  };
}
