import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import type { Config } from './config.ts';
import { openContext, type Context } from './context.ts';
import { UsageError } from './errors.ts';
import { validateObject } from './http/validation.ts';
import { checkMedia } from './pictures/media-check.ts';
import { createSweeper } from './pictures/sweeper.ts';
import { deleteAnyPost } from './posts/posts.service.ts';
import { newResetLink } from './users/reset.ts';
import { UserCreate } from './users/user.ts';
import { createUser, deleteUser, getUserByEmail } from './users/users.service.ts';

interface Command {
  /** Names of the arguments it needs. */
  needs: string[];
  option?: string;
  lock?: (option: boolean) => 'shared' | 'exclusive';
  /** Returns false when something differs or failed. */
  run: (ctx: Context, args: string[], option: boolean) => Promise<boolean>;
}

const COMMANDS: Record<string, Command> = {
  migrate: { needs: [], run: async () => say('The database is up to date') },
  'media check': { needs: [], option: 'repair', run: mediaCheck },
  'media sweep': {
    needs: [],
    option: 'now',
    lock: (now) => (now ? 'exclusive' : 'shared'),
    run: mediaSweep,
  },
  'user create': { needs: ['name', 'email'], option: 'password-stdin', run: userCreate },
  'user delete': { needs: ['email'], run: userDelete },
  'user reset-link': { needs: ['email'], run: userResetLink },
  'post delete': { needs: ['id'], run: postDelete },
};

/** Runs one command on the data itself, beside a server or without one. Throws UsageError. */
export async function runCommand(config: Config, args: string[]): Promise<number> {
  const { name, command, rest, option } = parse(args);
  if (rest.length !== command.needs.length) {
    throw new UsageError(`${name} needs: ${command.needs.join(', ') || 'nothing more'}`);
  }
  const ctx = await openContext(config, {
    lock: command.lock?.(option) ?? 'shared',
    // Standard output is the command's answer.
    log: pino({ level: 'warn' }, pino.destination(2)),
  });
  try {
    return (await command.run(ctx, rest, option)) ? 0 : 1;
  } finally {
    await ctx.close();
  }
}

function parse(args: string[]) {
  const flags = args.filter((arg) => arg.startsWith('--'));
  const words = args.filter((arg) => !arg.startsWith('--'));
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((key) =>
    Object.hasOwn(COMMANDS, key),
  );
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || command === undefined) {
    throw new UsageError(`There is no command "${words.slice(0, 2).join(' ')}"`);
  }
  const unknown = flags.find((flag) => flag !== `--${command.option}`);
  if (unknown !== undefined) throw new UsageError(`${name} does not know ${unknown}`);
  return { name, command, rest: words.slice(name.split(' ').length), option: flags.length > 0 };
}

async function mediaCheck(ctx: Context, _args: string[], repair: boolean): Promise<boolean> {
  const differences = await checkMedia(ctx, { repair });
  for (const { kind, what, userId, mended } of differences) {
    const whose = userId === null ? '' : `, user ${userId}`;
    say(`${what}: ${kind}${whose}${mended ? ' (mended)' : ''}`);
  }
  say(differences.length === 0 ? 'Nothing differs' : `${differences.length} differ`);
  return differences.every(({ mended }) => mended);
}

async function mediaSweep(ctx: Context, _args: string[], now: boolean): Promise<boolean> {
  const swept = await createSweeper(ctx, { intervalMs: 0 }).sweep({ includePending: now });
  const { deleted, adopted, failed, expired } = swept;
  say(`${deleted} deleted, ${adopted} kept, ${failed} failed, ${expired} expired sign-ins removed`);
  return failed === 0;
}

/** Without a password on standard input a random one is set, which nobody learns. */
async function userCreate(ctx: Context, args: string[], passwordGiven: boolean): Promise<boolean> {
  const [username, email] = args;
  const password = passwordGiven
    ? (await text(process.stdin)).replace(/\r?\n$/, '')
    : randomBytes(32).toString('base64url');
  const user = await createUser(ctx, validateObject(UserCreate, { username, email, password }));
  say(`Created ${user.username}, user ${user.id}`);
  if (!passwordGiven) say(await newResetLink(ctx, user));
  return true;
}

async function userDelete(ctx: Context, [email = '']: string[]): Promise<boolean> {
  const user = await getUserByEmail(ctx, email);
  await deleteUser(ctx, user.id);
  return say(`Deleted ${user.username}, user ${user.id}`);
}

async function userResetLink(ctx: Context, [email = '']: string[]): Promise<boolean> {
  return say(await newResetLink(ctx, await getUserByEmail(ctx, email)));
}

async function postDelete(ctx: Context, [id = '']: string[]): Promise<boolean> {
  if (!/^\d{1,15}$/.test(id)) throw new UsageError('post delete needs the number of a post');
  await deleteAnyPost(ctx, Number(id));
  return say(`Deleted post ${id}`);
}

function say(line: string): true {
  console.log(line);
  return true;
}
