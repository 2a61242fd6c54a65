import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/**
 * Where no system takes the ports of outgoing connections from (Linux begins at 32768, macOS at
 * 49152): a server that is started again must find its port free.
 */
const FIRST = 10_240;
const LAST = 32_767;

/**
 * Different ports that were free a moment ago, for servers that cannot choose one, or whose
 * neighbours must know it first.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = createServer();
    const listening = once(server, 'listening');
    server.listen(randomInt(FIRST, LAST + 1), '127.0.0.1');
    try {
      await listening;
      servers.push(server);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Whether something accepts connections there. */
export async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}
