/** Text that stands in the metadata of hostile files and must be in nothing that is made of them. */
export const MARKER = '<script>alert("hostile")</script>';

/** An upload meant to do harm, and what must come of it. */
export interface HostileFile {
  make: () => Buffer | Promise<Buffer>;
  /** `either` where it depends on the machine's speed: past the time limit a picture is refused. */
  expected: 'picture' | 'refused' | 'either';
  /** What the sender says of it; a photo's name and type when absent. */
  filename?: string;
  type?: string;
}

export type HostileFiles = Record<string, HostileFile>;

type Make = HostileFile['make'];

/** A table of files of which the same must come. */
export function all(expected: HostileFile['expected'], files: Record<string, Make>): HostileFiles {
  return Object.fromEntries(
    Object.entries(files).map(([name, make]) => [name, { make, expected }]),
  );
}

/** As many bytes as may be uploaded, less what one more header needs. */
export const NEARLY_LIMIT = 5 * 1024 * 1024 - 4096;
