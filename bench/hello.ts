import { parentPort } from 'node:worker_threads';
import Fastify from 'fastify';

const app = Fastify();
app.get('/', async () => ({ hello: 'world' }));
parentPort?.postMessage(await app.listen({ host: '127.0.0.1', port: 0 }));
