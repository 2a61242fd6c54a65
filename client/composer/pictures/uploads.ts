import { serverRefusal, type Limits } from '../../picture/refusal.ts';
import { NOT_UNDERSTOOD, postPicture } from '../../picture/upload.ts';
import { prepare } from './prepare.ts';
import type { Row } from './row.ts';

/** The server's answer to a picture. */
interface Added {
  id: number;
  width: number;
  height: number;
  urls: Record<string, string>;
}

/** A picture that is being uploaded. */
export interface Upload {
  key: string;
  file: File;
  row: Row;
  state: 'waiting' | 'sending' | 'failed';
  /** The part of its bytes that was sent, from 0 to 1. */
  sent: number;
}

interface Parts {
  action: string;
  limits: Limits;
  onAdded: (upload: Upload, added: Added, note: string) => void;
  /** `final`: trying again will not help. */
  onFailed: (upload: Upload, message: string, final: boolean) => void;
  onProgress: () => void;
}

/** Texts shown instead of the server's, by status. */
const REFUSED: Record<number, string> = {
  401: 'You are not logged in any more. Log in again in another tab, then try again.',
};
/** Another try may help. */
const isPassing = (status: number) => [0, 401, 413, 429].includes(status) || status >= 500;

/**
 * Uploads pictures one at a time, so that only one large picture is in memory and each gets the
 * full bandwidth.
 */
export function createQueue({ action, limits, onAdded, onFailed, onProgress }: Parts) {
  const uploads: Upload[] = [];
  let sending: { upload: Upload; abort: AbortController } | null = null;

  async function run(): Promise<void> {
    const upload = sending ? undefined : uploads.find(({ state }) => state === 'waiting');
    if (!upload) return;
    const abort = new AbortController();
    sending = { upload, abort };
    upload.state = 'sending';
    show(upload, 0);
    await send(upload, abort.signal);
    sending = null;
    void run();
  }

  async function send(upload: Upload, signal: AbortSignal): Promise<void> {
    const prepared = await prepare(upload.file, limits);
    if (signal.aborted) return;
    if (typeof prepared === 'string') return fail(upload, prepared, true);
    const progress = (part: number): void => show(upload, part);
    const reply = await postPicture(action, { picture: prepared.picture }, progress, signal);
    if (!reply || signal.aborted) return;
    const { answer, body } = reply;
    const added = answer.ok ? readAdded(body) : null;
    if (added) {
      forget(upload);
      onAdded(upload, added, prepared.note);
    } else if (answer.ok) fail(upload, NOT_UNDERSTOOD, false);
    else {
      const message = REFUSED[answer.status] ?? serverRefusal(answer);
      fail(upload, message, !isPassing(answer.status));
    }
  }

  function show(upload: Upload, part: number): void {
    upload.sent = part;
    upload.row.progress(part);
    onProgress();
  }

  function fail(upload: Upload, message: string, final: boolean): void {
    upload.state = 'failed';
    if (final) forget(upload);
    upload.row.fail(message, !final);
    onFailed(upload, message, final);
  }

  function forget(upload: Upload): void {
    const at = uploads.indexOf(upload);
    if (at !== -1) uploads.splice(at, 1);
  }

  return {
    /** Uploads that are not in the text yet, without refused ones. */
    uploads: uploads as readonly Upload[],
    isRunning: (): boolean => uploads.some(({ state }) => state !== 'failed'),
    add(upload: Upload): void {
      uploads.push(upload);
      upload.row.progress(null);
      void run();
    },
    again(upload: Upload): void {
      upload.state = 'waiting';
      upload.sent = 0;
      upload.row.progress(null);
      void run();
    },
    cancel(upload: Upload): void {
      forget(upload);
      if (sending?.upload === upload) sending.abort.abort();
    },
  };
}

function readAdded(body: string): Added | null {
  try {
    const added = JSON.parse(body) as Added;
    return Number.isSafeInteger(added.id) && typeof added.urls['480'] === 'string' ? added : null;
  } catch {
    return null;
  }
}
