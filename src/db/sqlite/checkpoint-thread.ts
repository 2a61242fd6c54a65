import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { lowerThreadPriority } from '../../runtime/thread-priority.ts';

// Requests come first.
lowerThreadPriority();

const sqlite = new DatabaseSync(workerData as string);

parentPort?.on('message', (request: 'run' | 'end') => {
  if (request === 'end') {
    sqlite.close();
    parentPort?.close();
    return;
  }
  try {
    // `passive` waits for nobody: what others still need stays in the log until the next
    // checkpoint.
    sqlite.exec('pragma wal_checkpoint(passive)');
  } finally {
    parentPort?.postMessage(null);
  }
});
