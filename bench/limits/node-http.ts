/** Node's own server saying hello. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_, answer) => answer.end('hello'));
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
