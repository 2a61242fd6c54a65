/** A command's progress, for the person who waits. */
export interface Progress {
  /** Reports that `count` more (by default one) are done. */
  add: (count?: number) => void;
  /** Ends the line. */
  end: () => void;
}

const WIDTH = 30;
/** Between two drawings, in milliseconds. */
const REDRAW_MS = 100;

/**
 * Shows on standard error how many of `total` are done: a bar on a terminal, elsewhere a line for
 * each tenth. `total` may be too small if more is added meanwhile.
 */
export function showProgress(what: string, total: number, out = process.stderr): Progress {
  let done = 0;
  let drawn = -Infinity;
  let tenths = 0;
  const share = () => (total === 0 ? 1 : Math.min(1, done / total));
  const counts = () => `${Math.floor(share() * 100)} % (${done} of ${Math.max(done, total)})`;

  function draw(): void {
    drawn = performance.now();
    const bar = '█'.repeat(Math.round(share() * WIDTH)).padEnd(WIDTH, '░');
    out.write(`\r${what} ${bar} ${counts()}\x1b[K`);
  }

  return {
    add(count = 1) {
      done += count;
      if (out.isTTY) {
        if (performance.now() - drawn > REDRAW_MS) draw();
      } else if (Math.floor(share() * 10) > tenths) {
        tenths = Math.floor(share() * 10);
        out.write(`${what}: ${counts()}\n`);
      }
    },
    end() {
      if (!out.isTTY) return;
      draw();
      out.write('\n');
    },
  };
}
