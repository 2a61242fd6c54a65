import { parentPort } from 'node:worker_threads';
import { render } from './render.ts';
import type { RenderText } from './renderer.ts';
import { indexedWords } from './terms.ts';

parentPort?.on('message', (request: RenderText | { words: string }) => {
  parentPort?.postMessage(
    'words' in request
      ? indexedWords(request.words)
      : render(request.source, request.format, request.pictures),
  );
});

// Its code is loaded.
parentPort?.postMessage(null);
