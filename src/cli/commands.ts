import { parseArgs } from 'node:util';
import { backup, restore } from './commands/archive.ts';
import { importCommand } from './commands/import.ts';
import { type Command, type Given, say, withContext } from './commands/command.ts';
import { mediaCheck, mediaSweep } from './commands/media.ts';
import { setting } from './commands/setting.ts';
import { postDelete, userCreate, userDelete, userResetLink, userRole } from './commands/people.ts';
import type { Config } from '../config.ts';
import { UsageError } from '../errors.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: { run: withContext(async () => say('The database is up to date')) },
  'media check': mediaCheck,
  'media sweep': mediaSweep,
  'user create': userCreate,
  'user delete': userDelete,
  'user reset-link': userResetLink,
  'user role': userRole,
  'post delete': postDelete,
  setting,
  import: importCommand,
  backup,
  restore,
};

/** Runs one command and returns the exit status: 0 success, 1 something differs or failed. Throws UsageError. */
export async function runCommand(config: Config, args: string[]): Promise<number> {
  const name = [args.slice(0, 2).join(' '), args[0] ?? ''].find((key) =>
    Object.hasOwn(COMMANDS, key),
  );
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || command === undefined) {
    throw new UsageError(`There is no command "${args.slice(0, 2).join(' ')}"`);
  }
  const given = parse(name, command, args.slice(name.split(' ').length));
  return (await command.run(config, given)) ? 0 : 1;
}

function parse(name: string, command: Command, args: string[]): Given {
  const { needs = [], optional = 0, options = {}, required = [] } = command;
  const given = read(name, options, args);
  if (given.args.length > needs.length || given.args.length < needs.length - optional) {
    throw new UsageError(`${name} needs: ${needs.join(', ') || 'no argument'}`);
  }
  const missing = required.find((option) => !given.options[option]);
  if (missing !== undefined) throw new UsageError(`${name} needs --${missing}`);
  return given;
}

function read(name: string, options: NonNullable<Command['options']>, args: string[]): Given {
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { args: positionals, options: values as Given['options'] };
  } catch (error) {
    // Node adds advice about arguments that begin with a dash.
    const [reason = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(`${name}: ${reason}`, { cause: error });
  }
}
