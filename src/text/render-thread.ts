import { parentPort } from 'node:worker_threads';
import { lowerThreadPriority } from '../runtime/thread-priority.ts';
import { threadTime } from '../runtime/thread-time.ts';
import { renderComment } from './comments/comment.ts';
import { render } from './render.ts';
import type { RenderRequest } from './renderer.ts';
import { indexedWords } from './terms.ts';

// Requests come first.
lowerThreadPriority();

parentPort?.on('message', (request: RenderRequest) => {
  const begun = threadTime();
  const answer = answerTo(request);
  parentPort?.postMessage({ answer, ms: threadTime() - begun });
});

function answerTo(request: RenderRequest) {
  if ('words' in request) return indexedWords(request.words);
  if ('comment' in request) return renderComment(request.comment, request.people);
  return render(request.source, request.format, request.pictures);
}

// Tells that the code is loaded.
parentPort?.postMessage(null);
