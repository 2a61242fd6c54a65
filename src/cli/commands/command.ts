import type { ParseArgsOptionDescriptor } from 'node:util';
import pino from 'pino';
import type { Config } from '../../config.ts';
import { openContext, type Context } from '../../context.ts';

/** The arguments of a command in order, and its options by name. */
export interface Given {
  args: string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
}

/** A command that works on the data itself, beside a server or without one. */
export interface Command {
  /** Names of the arguments it needs. */
  needs?: readonly string[];
  /** How many of them, from the end, may be left out. */
  optional?: number;
  options?: Readonly<Record<string, ParseArgsOptionDescriptor>>;
  /** Names of required options. */
  required?: readonly string[];
  /** Returns false if something differs or failed. Throws UsageError. */
  run: (config: Config, given: Given) => Promise<boolean>;
}

/** A command's `run` with an open context; `lock`: shared, or exclusive if no server may run. */
export function withContext(
  run: (ctx: Context, given: Given) => Promise<boolean>,
  lock: (given: Given) => 'shared' | 'exclusive' = () => 'shared',
): Command['run'] {
  return async (config, given) => {
    await using ctx = await openForCommand(config, lock(given));
    return await run(ctx, given);
  };
}

/**
 * The context of a command. Its log goes to standard error, because standard output is its answer.
 * Few commands decode pictures, so no worker (70 MB) is started in advance.
 */
export function openForCommand(config: Config, lock: 'shared' | 'exclusive'): Promise<Context> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  return openContext(config, { lock, log });
}

/** Prints a line of a command's answer; returns true, as commands do when all is well. */
export function say(line: string): true {
  console.log(line);
  return true;
}
