import type { Writable } from 'node:stream';

// A frame is: length of the head and of the body in bytes (two 32-bit little-endian integers),
// the head as JSON, the body. Over plain pipes a 4 MB body costs 5 ms and blocks the sender for
// 0.1 ms; Node's own message channel took 9 to 14 ms and 4 ms.
const PREFIX = 8;

/** Writes one frame. Whether the other side still reads is reported by the stream's own events. */
export function writeFrame(stream: Writable, head: object, ...body: Uint8Array[]): void {
  const size = body.reduce((sum, part) => sum + part.length, 0);
  stream.cork();
  for (const part of [beginning(head, size), ...body]) stream.write(part);
  stream.uncork();
}

function beginning(head: object, bodySize: number): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(json.length, 0);
  prefix.writeUInt32LE(bodySize, 4);
  return Buffer.concat([prefix, json]);
}

/**
 * Returns a function that takes the stream's chunks and calls `onFrame` for each frame. The body's
 * memory is reused for the next frame, so copy what you keep. A frame above `maxBytes`, a head that
 * is not JSON, or an exception of `onFrame` calls `onBroken`, once; after that nothing more is
 * read.
 */
export function frameReader(
  maxBytes: number,
  onFrame: (head: unknown, body: Buffer) => void,
  onBroken: (error: unknown) => void,
): (chunk: Buffer) => void {
  const prefix = Buffer.alloc(PREFIX);
  let memory = Buffer.alloc(0);
  let frame: Buffer | undefined;
  let filled = 0;
  let broken = false;

  /** Takes what the current part still lacks from `chunk` and returns the rest. */
  function take(chunk: Buffer): Buffer {
    const target = frame ?? prefix;
    const taken = chunk.copy(target, filled);
    filled += taken;
    if (filled < target.length) return chunk.subarray(taken);
    filled = 0;
    if (frame === undefined) {
      const size = prefix.readUInt32LE(0) + prefix.readUInt32LE(4);
      if (size > maxBytes) throw new RangeError(`frame of ${size} bytes`);
      if (size > memory.length) memory = Buffer.allocUnsafeSlow(size);
      frame = memory.subarray(0, size);
    } else {
      const head = prefix.readUInt32LE(0);
      const whole = frame;
      frame = undefined;
      onFrame(JSON.parse(whole.toString('utf8', 0, head)), whole.subarray(head));
    }
    return chunk.subarray(taken);
  }

  return (chunk) => {
    if (broken) return;
    try {
      for (let rest = chunk; rest.length > 0;) rest = take(rest);
    } catch (error) {
      broken = true;
      onBroken(error);
    }
  };
}
