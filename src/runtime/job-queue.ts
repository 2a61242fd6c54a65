/** How many faces may go ahead of each waiting picture for a post. */
const FACES_FIRST = 3;

/** A job, as far as its turn depends on it. */
interface Queued {
  /** A whole picture, for a post, and not a face. */
  whole: boolean;
}

/** Jobs that wait for a worker. */
interface JobQueue<Job extends Queued> {
  readonly length: number;
  /** Whether no further job of this kind may wait. */
  isFull: (whole: boolean) => boolean;
  push: (job: Job) => void;
  /** Puts a job that is tried again before all others. */
  pushFirst: (job: Job) => void;
  /** Whose turn is next. */
  peek: () => Job | undefined;
  shift: () => Job | undefined;
  /** Removes and returns all. */
  drain: () => Job[];
}

/**
 * A queue in which faces do not wait behind many pictures for posts, or the other way round: each
 * kind has its own line of at most `max` jobs, and if both wait, three faces go ahead of each
 * picture for a post.
 */
export function createJobQueue<Job extends Queued>(max: number): JobQueue<Job> {
  const first: Job[] = [];
  const faces: Job[] = [];
  const whole: Job[] = [];
  let facesInTurn = 0;

  function line(): Job[] {
    if (first.length > 0) return first;
    if (faces.length === 0 || (whole.length > 0 && facesInTurn >= FACES_FIRST)) return whole;
    return faces;
  }

  return {
    get length() {
      return first.length + faces.length + whole.length;
    },
    isFull: (isWhole) => (isWhole ? whole : faces).length >= max,
    push: (job) => (job.whole ? whole : faces).push(job),
    pushFirst: (job) => first.unshift(job),
    peek: () => line()[0],
    shift() {
      const from = line();
      if (from === whole) facesInTurn = 0;
      else if (from === faces) facesInTurn += 1;
      return from.shift();
    },
    drain: () => [...first.splice(0), ...faces.splice(0), ...whole.splice(0)],
  };
}
