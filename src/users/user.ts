import Type, { type Static } from 'typebox';
import type { UserRow } from '../db/schema.ts';
import { fileName, imagePath, MAIN } from '../media/picture-variants.ts';

export const USERNAME_MAX = 50;
export const EMAIL_MAX = 120;
export const PASSWORD_MIN = 8;

const Username = Type.String({ minLength: 1, maxLength: USERNAME_MAX, format: 'username' });
const Email = Type.String({ maxLength: EMAIL_MAX, format: 'email' });
const NewPassword = Type.String({ minLength: PASSWORD_MIN });

export const UserCreate = Type.Object(
  {
    username: Username,
    email: Email,
    password: NewPassword,
    invitation: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'The token of an invitation, which a blog may require',
      }),
    ),
  },
  { $id: 'UserCreate' },
);
export type UserCreate = Static<typeof UserCreate>;

/** Each field is optional, and null means unchanged; anything else that is sent is ignored. */
export const UserUpdate = Type.Object(
  {
    username: Type.Optional(Type.Union([Username, Type.Null()])),
    email: Type.Optional(Type.Union([Email, Type.Null()])),
  },
  { $id: 'UserUpdate' },
);
export type UserUpdate = Static<typeof UserUpdate>;

/** `username` holds the e-mail; the name comes from OAuth2's password form. */
export const LoginForm = Type.Object({
  grant_type: Type.Optional(Type.String({ pattern: '^password$' })),
  username: Type.String({ description: 'The e-mail address' }),
  password: Type.String({ format: 'password' }),
});

export const ChangePassword = Type.Object(
  { current_password: Type.String(), new_password: NewPassword },
  { $id: 'ChangePasswordRequest' },
);

export const ForgotPassword = Type.Object({ email: Email }, { $id: 'ForgotPasswordRequest' });

export const ResetPassword = Type.Object(
  { token: Type.String(), new_password: NewPassword },
  { $id: 'ResetPasswordRequest' },
);

export const UserPath = Type.Object({ user_id: Type.Integer() });

const publicFields = {
  id: Type.Integer(),
  username: Type.String(),
  image_file: Type.Union([Type.String(), Type.Null()]),
  image_path: Type.String(),
};

/** What everybody may see of a user: no e-mail. */
export const UserPublic = Type.Object(publicFields, { $id: 'UserPublic' });
export type UserPublic = Static<typeof UserPublic>;

/** What users see of themselves. */
export const UserPrivate = Type.Object(
  { ...publicFields, email: Type.String() },
  { $id: 'UserPrivate' },
);
export type UserPrivate = Static<typeof UserPrivate>;

/** What everybody sees of a user, as the API answers it. */
export function toPublic(user: Pick<UserRow, 'id' | 'username' | 'picture_key'>): UserPublic {
  return {
    id: user.id,
    username: user.username,
    image_file: user.picture_key === null ? null : fileName(user.picture_key, MAIN),
    image_path: imagePath(user.picture_key),
  };
}

/** What users see of themselves, as the API answers it. */
export function toPrivate(
  user: Pick<UserRow, 'id' | 'username' | 'email' | 'picture_key'>,
): UserPrivate {
  return { ...toPublic(user), email: user.email };
}
