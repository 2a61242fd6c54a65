import { readAnswer, type Answer } from '../forms/send.ts';
import type { Parcel } from './shrink.ts';

/** The server's answer with the new picture. */
interface Uploaded extends Answer {
  /** Name of the stored picture: its key and `.jpg`. */
  imageFile: string;
}

/**
 * Posts a picture and its frame; `progress` gets the part of the bytes sent, from 0 to 1. Resolves
 * to null if aborted. Never rejects: a failing network is an answer with status 0.
 */
export async function upload(
  action: string,
  { picture, frame }: Parcel,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Uploaded | null> {
  const fields = Object.entries(frame ?? {}).map(([name, value]) => [name, String(value)] as const);
  const sent = await postPicture(action, { picture, fields }, progress, signal);
  if (!sent) return null;
  const { answer, body } = sent;
  const imageFile = /"image_file":\s*"([0-9a-f]{32}\.jpg)"/.exec(body)?.[1] ?? '';
  return answer.ok && imageFile === ''
    ? { ...answer, ok: false, message: NOT_UNDERSTOOD, imageFile }
    : { ...answer, imageFile };
}

/** Said of a 2xx without a picture, which is not our server's answer. */
export const NOT_UNDERSTOOD = 'The server sent an answer that this page does not understand.';

/** The same for any picture with any fields; `body` is the answer's text. */
export function postPicture(
  action: string,
  { picture, fields = [] }: { picture: Blob; fields?: (readonly [string, string])[] },
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<{ answer: Answer; body: string } | null> {
  const form = new FormData();
  // Before the file, so that a server can refuse them without reading it.
  for (const [name, value] of fields) form.append(name, value);
  form.append('file', picture, 'picture');
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const answered = (status: number, body: string): void =>
      resolve({ answer: readAnswer(status, body), body });
    request.open('POST', action);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (total > 0) progress(loaded / total);
    });
    request.addEventListener('load', () => answered(request.status, request.responseText));
    request.addEventListener('error', () => answered(0, ''));
    request.addEventListener('abort', () => resolve(null));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
