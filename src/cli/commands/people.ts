import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../errors.ts';
import { validateObject } from '../../http/validation/validate.ts';
import { deleteAnyPost } from '../../posts/writing/writing.service.ts';
import { newResetLink } from '../../users/reset.service.ts';
import { changeRole, readRole, ROLES } from '../../users/roles.service.ts';
import { UserCreate } from '../../users/user.ts';
import { createUser, deleteUser, getUserByEmail } from '../../users/users.service.ts';
import { type Command, say, withContext } from './command.ts';

/** Without a password on standard input a random one is set, which nobody learns. */
export const userCreate: Command = {
  needs: ['name', 'email'],
  options: { 'password-stdin': { type: 'boolean' } },
  run: withContext(async (ctx, { args: [username, email], options }) => {
    const passwordGiven = options['password-stdin'] === true;
    const password = passwordGiven
      ? (await text(process.stdin)).replace(/\r?\n$/, '')
      : randomBytes(32).toString('base64url');
    const user = await createUser(ctx, validateObject(UserCreate, { username, email, password }));
    say(`Created ${user.username}, user ${user.id}`);
    if (!passwordGiven) say(await newResetLink(ctx, user));
    return true;
  }),
};

export const userDelete: Command = {
  needs: ['email'],
  run: withContext(async (ctx, { args: [email = ''] }) => {
    const user = await getUserByEmail(ctx, email);
    await deleteUser(ctx, user.id);
    return say(`Deleted ${user.username}, user ${user.id}`);
  }),
};

export const userResetLink: Command = {
  needs: ['email'],
  run: withContext(async (ctx, { args: [email = ''] }) =>
    say(await newResetLink(ctx, await getUserByEmail(ctx, email))),
  ),
};

export const userRole: Command = {
  needs: ['email', 'role'],
  run: withContext(async (ctx, { args: [email = '', given = ''] }) => {
    const role = readRole(given);
    if (role === undefined) throw new UsageError(`user role needs one of: ${ROLES.join(', ')}`);
    const { id } = await getUserByEmail(ctx, email);
    const user = await changeRole(ctx, { actor: null, id, role });
    return say(
      `${user.username}, user ${user.id}, is ${role === 'member' || role === 'reader' ? 'a' : 'an'} ${role}`,
    );
  }),
};

export const postDelete: Command = {
  needs: ['id'],
  run: withContext(async (ctx, { args: [id = ''] }) => {
    if (!/^\d{1,15}$/.test(id)) throw new UsageError('post delete needs the number of a post');
    await deleteAnyPost(ctx, Number(id));
    return say(`Deleted post ${id}`);
  }),
};
