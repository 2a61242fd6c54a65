/** Text in the metadata of hostile files that must not be in anything made of them. */
export const MARKER = '<script>alert("hostile")</script>';

/** A hostile upload, and the expected result. */
export interface HostileFile {
  make: () => Buffer | Promise<Buffer>;
  /** `either` if it depends on the machine's speed: past the time limit a picture is refused. */
  expected: 'picture' | 'refused' | 'either';
  /** The file name and type that the sender claims; a photo's if absent. */
  filename?: string;
  type?: string;
}

export type HostileFiles = Record<string, HostileFile>;

type Make = HostileFile['make'];

/** A table of files with the same expected result. */
export function all(expected: HostileFile['expected'], files: Record<string, Make>): HostileFiles {
  return Object.fromEntries(
    Object.entries(files).map(([name, make]) => [name, { make, expected }]),
  );
}

/** As many bytes as may be uploaded, minus room for one more header. */
export const NEARLY_LIMIT = 5 * 1024 * 1024 - 4096;
