import { parentPort } from 'node:worker_threads';
import { render } from './render.ts';
import type { Format } from './rendered.ts';

parentPort?.on('message', ({ source, format }: { source: string; format: Format }) => {
  parentPort?.postMessage(render(source, format));
});

// Its code is loaded.
parentPort?.postMessage(null);
