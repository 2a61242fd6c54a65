import { parentPort } from 'node:worker_threads';
import { render } from './render.ts';
import type { RenderText } from './renderer.ts';

parentPort?.on('message', ({ source, format, pictures }: RenderText) => {
  parentPort?.postMessage(render(source, format, pictures));
});

// Its code is loaded.
parentPort?.postMessage(null);
