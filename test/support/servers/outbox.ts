import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../until.ts';

/** The mails in a server's outbox, oldest first, decoded. */
export async function mails(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'outbox');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.eml')).toSorted();
  return Promise.all(files.map(async (name) => plain(await readFile(join(folder, name), 'utf8'))));
}

/** Waits for the `count`-th mail to this address and returns the reset token in it. */
export async function resetToken(dataDir: string, email: string, count = 1): Promise<string> {
  const mail = await until(`mail ${count} to ${email}`, async () => {
    const all = await mails(dataDir);
    return all.filter((mail) => mail.toLowerCase().includes(`to: ${email}`))[count - 1];
  });
  const token = /reset-password\?token=([\w-]+)/.exec(mail)?.[1];
  if (!token) throw new Error(`no link in ${mail}`);
  return token;
}

function plain(mail: string): string {
  return mail
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
