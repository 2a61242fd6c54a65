import { argon2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { photo } from '../pictures.ts';
import { query } from './postgres.ts';

/** A PHC string with the parameters of Python's argon2 libraries. */
export function pythonHash(password: string): string {
  const nonce = randomBytes(16);
  const parameters = {
    message: password,
    nonce,
    memory: 65_536,
    passes: 3,
    parallelism: 4,
    tagLength: 32,
  };
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const tag = argon2Sync('argon2id', parameters);
  return `$argon2id$v=19$m=65536,t=3,p=4$${unpadded(nonce)}$${unpadded(tag)}`;
}

export const PASSWORD = 'a password of old';

interface OldUser {
  id: number;
  username: string;
  email: string;
  image_file?: string;
  password_hash?: string;
}

interface OldPost {
  id: number;
  title: string;
  content: string;
  user_id: number;
  date_posted: string;
}

export interface OriginalBlog {
  users: OldUser[];
  posts: OldPost[];
}

const HASH = pythonHash(PASSWORD);

/** People and posts with gaps between their ids. */
export const SOUND: OriginalBlog = {
  users: [
    { id: 2, username: 'ann', email: 'ann@example.com', image_file: 'a1.jpg' },
    { id: 5, username: 'Bob Ångström', email: 'bob@example.com' },
    { id: 9, username: 'eve', email: 'eve@example.com', image_file: 'e1.jpg' },
  ],
  posts: [
    { id: 3, title: 'One', content: 'Text', user_id: 2, date_posted: '2026-03-07 09:05:00.123456' },
    { id: 8, title: 'Two 🎈', content: "It's", user_id: 9, date_posted: '2026-03-08 10:00:00' },
  ],
};

/** The statements that create such a database; on PostgreSQL dates may have a zone. */
export function statements({ users, posts }: OriginalBlog, dateType: string): string[] {
  const text = (value: string | undefined) =>
    value === undefined ? 'null' : `'${value.replaceAll("'", "''")}'`;
  return [
    'create table users (id integer primary key, username varchar(50) not null, email varchar(120) not null, password_hash varchar(200) not null, image_file varchar(200))',
    `create table posts (id integer primary key, title varchar(200) not null, content text not null, user_id integer not null, date_posted ${dateType} not null)`,
    'create table password_reset_tokens (id integer primary key, user_id integer, token_hash varchar(64))',
    ...users.map(
      ({ id, username, email, image_file, password_hash = HASH }) =>
        `insert into users values (${id}, ${text(username)}, ${text(email)}, ${text(password_hash)}, ${text(image_file)})`,
    ),
    ...posts.map(
      ({ id, title, content, user_id, date_posted }) =>
        `insert into posts values (${id}, ${text(title)}, ${text(content)}, ${user_id}, '${date_posted}')`,
    ),
  ];
}

/** Creates `blog.db` and `media/profile_pics` in a folder. */
export async function makeOriginal(
  folder: string,
  blog: OriginalBlog = SOUND,
): Promise<{ database: string; media: string }> {
  const database = join(folder, 'blog.db');
  const sqlite = new DatabaseSync(database);
  for (const statement of statements(blog, 'datetime')) sqlite.exec(statement);
  sqlite.close();
  return { database, media: await makeMedia(folder, blog) };
}

/** The same in an empty PostgreSQL. */
export async function fillPostgres(url: string, blog: OriginalBlog, type: string): Promise<void> {
  for (const statement of statements(blog, type)) await query(url, statement);
}

export async function makeMedia(folder: string, blog: OriginalBlog = SOUND): Promise<string> {
  const media = join(folder, 'media', 'profile_pics');
  mkdirSync(media, { recursive: true });
  for (const { image_file, id } of blog.users) {
    if (image_file === undefined || image_file.includes('/')) continue;
    writeFileSync(join(media, image_file), await photo({ width: 300, height: 300 + id }));
  }
  return media;
}
