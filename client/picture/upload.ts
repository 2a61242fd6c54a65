import { readAnswer, type Answer } from '../send.ts';
import type { Parcel } from './shrink.ts';

/** The server's answer with the new picture. */
export interface Uploaded extends Answer {
  /** Name of the stored picture: its key and `.jpg`. */
  imageFile: string;
}

/**
 * Posts a picture and its frame; `progress` gets the part of the bytes sent, from 0 to 1. Resolves
 * to null if aborted. Never rejects: a failing network is an answer with status 0.
 */
export function upload(
  action: string,
  { picture, frame }: Parcel,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Uploaded | null> {
  const body = new FormData();
  // Before the file, so that a server can refuse them without reading it.
  for (const [name, value] of Object.entries(frame ?? {})) body.append(name, String(value));
  body.append('file', picture, 'picture');
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', action);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (total > 0) progress(loaded / total);
    });
    request.addEventListener('load', () => resolve(uploaded(request.status, request.responseText)));
    request.addEventListener('error', () => resolve(uploaded(0, '')));
    request.addEventListener('abort', () => resolve(null));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

function uploaded(status: number, body: string): Uploaded {
  const answer = readAnswer(status, body);
  const imageFile = /"image_file":\s*"([0-9a-f]{32}\.jpg)"/.exec(body)?.[1] ?? '';
  // A 2xx without a picture is not our server's answer.
  return answer.ok && imageFile === ''
    ? {
        ...answer,
        ok: false,
        message: 'The server sent an answer that this page does not understand.',
        imageFile,
      }
    : { ...answer, imageFile };
}
