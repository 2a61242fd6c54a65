/** A part of a multipart body; with a file name it is a file. */
export interface Part {
  name: string;
  filename?: string;
  /** Further header lines of the part, without line ends. */
  headers?: string[];
  data: string | Uint8Array;
}

export const BOUNDARY = 'boundary-of-the-test';

/** The bytes of a multipart body; without `end` it is cut short. */
export function multipart(parts: Part[], { boundary = BOUNDARY, end = true } = {}) {
  const chunks: (string | Uint8Array)[] = [];
  for (const { name, filename, headers = [], data } of parts) {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const lines = [`Content-Disposition: form-data; name="${name}"${file}`, ...headers];
    chunks.push(`--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`, data, '\r\n');
  }
  if (end) chunks.push(`--${boundary}--\r\n`);
  return Buffer.concat(
    chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
  );
}

/** A multipart body of one file, as a browser sends it. */
export function fileBody(data: Uint8Array, name = 'file') {
  return multipart([{ name, filename: 'me.jpg', headers: ['Content-Type: image/jpeg'], data }]);
}

/** The header that such a body needs. */
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
