import { ConfigError, readConfig, readWarnings } from '../config.ts';
import { HttpError, StartError, Unavailable, UsageError, ValidationError } from '../errors.ts';

const USAGE = `usage: masthead [command]

  serve                          run the blog (the default)
  doctor                         try everything the blog needs, and say what to change
  migrate                        bring the database up to date
  media check [--repair]         compare the stored pictures with the database
  media sweep [--now]            finish what interrupted uploads left; --now also those
                                 in progress, which needs the server stopped
  user create <name> <email>     create an account; prints a link to set its password,
                                 or reads it from standard input with --password-stdin
  user delete <email>            delete an account with its posts and picture
  user reset-link <email>        print a one-time link to set a new password
  user role <email> <role>       make somebody an owner, editor, member or reader
  post delete <id>               delete a post
  setting [<name> [<value>]]     show or change what is set while the blog runs; an empty
                                 value restores the default
  import --database <file or URL> --media <folder>
                                 import a FastAPI blog into an empty one; --dry-run
                                 changes nothing, --report <file> saves the report
  backup <file>                  save people, posts and pictures in one archive, even
                                 while the server runs; - is standard output
  backup --verify <file>         restore it into a temporary place and compare
  restore <file>                 restore an archive into an empty blog
`;

/** Runs one command and returns the exit status: 0 success, 1 something differs or failed, 2 wrong usage. */
export async function run(args: string[]): Promise<number> {
  const [command = 'serve'] = args;
  try {
    if (command === 'help' || args.includes('--help')) {
      console.log(USAGE);
      return 0;
    }
    for (const warning of readWarnings()) console.error(`masthead: warning: ${warning}`);
    const config = readConfig();
    if (command === 'doctor' && args.length <= 1) {
      return await (await import('../doctor/doctor.ts')).runDoctor(config);
    }
    if (command === 'serve' && args.length <= 1) {
      await (await import('../serve.ts')).serve(config);
      return 0;
    }
    const { runCommand } = await import('./commands.ts');
    return await runCommand(config, args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof ValidationError) {
      for (const { loc, msg } of error.errors) console.error(`masthead: ${loc.at(-1)}: ${msg}`);
      return 2;
    }
    const expected =
      error instanceof ConfigError || error instanceof StartError || error instanceof HttpError;
    console.error(expected ? `masthead: ${inWords(error)}` : error);
    return 1;
  }
}

/** Includes the cause, because a command has no log to look it up in. */
function inWords(error: Error): string {
  const cause = error instanceof Unavailable ? error.cause : undefined;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
