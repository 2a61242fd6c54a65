import { MASTHEAD } from '../test/support/processes/masthead.ts';
import type { Place, SetUp } from './set-up.ts';
import { type Program, startProgram } from './program.ts';
import type { Work } from './work.ts';

/** Rows that are measured on the same blog. */
export interface Group {
  title: string;
  /** How its rows are measured, in Markdown. */
  about: string;
  works: (bench: Bench) => Work[];
}

/** What a group starts. Everything is closed when its rows are done, so that it does not disturb others. */
export interface Bench extends Pick<SetUp, 'newPlace' | 'people' | 'postgres'> {
  /** Starts Masthead as people start it, in a new place unless one is given. */
  startMasthead: (place?: Place) => Promise<Program>;
  /** Starts a server script of `bench/limits/`. */
  startLimit: (name: string) => Promise<Program>;
}

export function openBench(setUp: SetUp): Bench & AsyncDisposable {
  const started = new AsyncDisposableStack();
  async function start(command: [string, ...string[]], place: Place): Promise<Program> {
    const program = await startProgram(command, place);
    started.defer(program.stop);
    return program;
  }
  return {
    newPlace: setUp.newPlace,
    people: setUp.people,
    postgres: setUp.postgres,
    startMasthead: async (place) => start([MASTHEAD], place ?? (await setUp.newPlace())),
    startLimit: (name) =>
      start([process.execPath, `${import.meta.dirname}/limits/${name}`], {
        folder: import.meta.dirname,
        variables: {},
      }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
