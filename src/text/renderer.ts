import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Unavailable } from '../errors.ts';
import { renderEscaped } from './plain.ts';
import type { Format, NamedPerson, Rendered, RenderedComment, TextPicture } from './rendered.ts';
import { indexedWords, needsDictionary } from './terms.ts';

/**
 * Characters up to which a text is rendered at once, on the calling thread. Hostile text of this
 * length takes about 20 ms.
 */
const AT_ONCE_MAX = 16 * 1024;
/** The same for finding words that have no gaps between them; 10 ms. */
const SEGMENTED_AT_ONCE_MAX = 2 * 1024;
/** Characters up to which a text is rendered at all; a longer one is shown as typed. */
export const RENDERED_MAX = 200_000;
/** Processor time that one text may take in the other thread; milliseconds. */
const PROCESSOR_MS = 2000;
/** Deadline by the clock, for a thread that gets no processor; milliseconds. */
const DEADLINE_MS = 30_000;
/** Processor time above which a text is hard; ordinary text needs 100,000 characters for it. Milliseconds. */
const HARD_MS = 50;
/**
 * After a hard text the thread rests for this many times its processor time, at most REST_MAX_MS.
 * So hostile texts that are saved over and over take a tenth of a processor, and others hardly
 * notice.
 */
const REST_TIMES = 9;
const REST_MAX_MS = 2000;
/** How often the thread's processor time is checked; milliseconds. */
const ASK_MS = 100;
/** Long texts that may wait for the thread; further ones get a 503. */
const WAITING_MAX = 16;
/** A thread without work is ended after this time, which frees 40 MB; milliseconds. */
const IDLE_MS = 30_000;

/** A text to render, and the pictures that it may show. */
interface RenderText {
  source: string;
  format: Format;
  pictures: TextPicture[];
}

/** What the thread is asked. */
export type RenderRequest =
  | RenderText
  | { words: string }
  | { comment: string; people: NamedPerson[] };

/** Renders texts: short ones at once, long ones in another thread, one after the other. */
interface TextRenderer {
  /**
   * Never fails for what a text holds: what takes too long or is too long is shown as it was typed, and
   * `shownPlain` says why. Throws Unavailable when too many long texts wait already.
   */
  render: (source: string, format: Format, pictures?: TextPicture[]) => Promise<Rendered>;
  /** As `renderComment`. Throws Unavailable, too. */
  comment: (source: string, people: NamedPerson[]) => Promise<RenderedComment>;
  /** As `indexedWords`; of a text that takes too long, the first words. Throws Unavailable, too. */
  words: (text: string) => Promise<string>;
  close: () => Promise<void>;
}

let ours: TextRenderer | undefined;

/** Renders a text with a TextRenderer that the whole process shares. `pictures`: those that it may show. */
export function renderText(
  source: string,
  format: Format,
  pictures: TextPicture[] = [],
): Promise<Rendered> {
  ours ??= createTextRenderer();
  return ours.render(source, format, pictures);
}

/** The words of a text for the index, found by the same TextRenderer. */
export function wordsOf(text: string): Promise<string> {
  ours ??= createTextRenderer();
  return ours.words(text);
}

/** Renders a comment with the same TextRenderer. `people`: those whom it may mention. */
export function renderCommentText(source: string, people: NamedPerson[]): Promise<RenderedComment> {
  ours ??= createTextRenderer();
  return ours.comment(source, people);
}

/** `processorMs` and `rest`, which waits so many milliseconds after a hard text, are for tests. */
export function createTextRenderer({
  processorMs = PROCESSOR_MS,
  rest = waitFor,
} = {}): TextRenderer {
  const closing = new AbortController();
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function endThread(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  async function inThread<Answer>(request: RenderRequest): Promise<Timed<Answer>> {
    clearTimeout(idle);
    thread ??= await startThread();
    const timed = await answerOf<Answer>(thread, request, processorMs);
    if (timed.answer === undefined) await endThread();
    else idle = setTimeout(() => void endThread(), IDLE_MS).unref();
    return timed;
  }

  async function restAfter({ ms }: Timed<unknown>): Promise<void> {
    if (ms > HARD_MS) await rest(Math.min(ms * REST_TIMES, REST_MAX_MS), closing.signal);
  }

  async function askThread<Answer>(request: RenderRequest): Promise<Answer | undefined> {
    if (waiting >= WAITING_MAX) throw new Unavailable('Too many long texts at once');
    waiting += 1;
    const turn = last.then(() => inThread<Answer>(request)).finally(() => (waiting -= 1));
    last = turn.then(restAfter, () => {});
    return (await turn).answer;
  }

  return {
    async render(source, format, pictures = []) {
      if (source.length > RENDERED_MAX) return renderEscaped(source, 'long');
      // Loaded with the first text: it would be a tenth of a start.
      if (source.length <= AT_ONCE_MAX)
        return (await import('./render.ts')).render(source, format, pictures);
      const rendered = await askThread<Rendered>({ source, format, pictures });
      return rendered ?? renderEscaped(source, 'slow');
    },
    async comment(source, people) {
      if (source.length <= AT_ONCE_MAX)
        return (await import('./comments/comment.ts')).renderComment(source, people);
      const rendered = await askThread<RenderedComment>({ comment: source, people });
      return rendered ?? { html: renderEscaped(source, 'slow').html, links: 0, mentioned: [] };
    },
    async words(text) {
      const most = needsDictionary(text) ? SEGMENTED_AT_ONCE_MAX : AT_ONCE_MAX;
      if (text.length <= most) return indexedWords(text);
      return (await askThread<string>({ words: text })) ?? indexedWords(text.slice(0, most));
    },
    async close() {
      closing.abort();
      await last;
      await endThread();
    },
  };
}

/** Resolves once it has loaded its code. */
async function startThread(): Promise<Worker> {
  const thread = new Worker(new URL('render-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  // The idle thread does not keep the process alive.
  thread.unref();
  // Otherwise an error after its answer would end this process.
  thread.on('error', () => {});
  await once(thread, 'message');
  return thread;
}

/** Resolves after so many milliseconds, or once `signal` is aborted. */
async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}

interface Timed<Answer> {
  /** undefined if it takes more than `processorMs`, or the thread has died */
  answer: Answer | undefined;
  /** processor time that it took, in milliseconds */
  ms: number;
}

/** What the thread answers. */
async function answerOf<Answer>(
  thread: Worker,
  request: RenderRequest,
  processorMs: number,
): Promise<Timed<Answer>> {
  const { promise, resolve } = Promise.withResolvers<Timed<Answer>>();
  const giveUp = () => resolve({ answer: undefined, ms: processorMs });
  const deadline = setTimeout(giveUp, DEADLINE_MS);
  thread.on('message', resolve).on('error', giveUp).on('exit', giveUp);
  // Measured from here, because other work of the thread, such as loading its code, is not caused
  // by the text.
  const before = await thread.cpuUsage().catch(() => undefined);
  thread.postMessage(request);
  const check = async () => {
    const taken = await thread.cpuUsage(before).catch(() => undefined);
    if (taken && taken.user + taken.system > processorMs * 1000) giveUp();
  };
  const watch = setInterval(() => void check(), ASK_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    clearInterval(watch);
    thread.off('message', resolve).off('error', giveUp).off('exit', giveUp);
  }
}
