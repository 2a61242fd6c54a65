import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';
import { canInstall, installPackages } from '../processes/debian.ts';
import { connects, freePort } from './ports.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';

const NGINX = '/usr/sbin/nginx';
const CONFIGURATION = join(import.meta.dirname, '../../../docs/hosting/nginx.conf');

/**
 * A real nginx with the configuration of docs/hosting, with https on `port`, in front of the server
 * or servers on `upstream`. `edit` changes the configuration. Returns the folder with the
 * certificate, `ca.pem`.
 */
export async function startNginx(
  t: TestContext,
  ports: { port: number; upstream: number | [number, number] },
  edit: (configuration: string) => string = (configuration) => configuration,
): Promise<string> {
  await install();
  const folder = await temporaryFolder(t);
  const text = (await readFile(CONFIGURATION, 'utf8'))
    .replaceAll(/^\s*listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${await freePort()};`)
    .replace('listen 443 ssl;', `listen ${ports.port} ssl;`)
    .replace('server 127.0.0.1:8000;', servers(ports.upstream))
    .replace(/ssl_certificate .*;/, `ssl_certificate ${folder}/ca.pem;`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${folder}/key.pem;`);
  await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
  await writeFile(join(folder, 'key.pem'), PRIVATE_KEY);
  await writeFile(join(folder, 'site.conf'), edit(text));
  await writeFile(join(folder, 'nginx.conf'), main(folder));
  await promisify(execFile)(NGINX, ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')]);
  const child = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  t.after(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  await until('nginx', async () => (await connects(ports.port)) || undefined);
  return folder;
}

/** The lines of one node, or of several as the configuration describes. */
function servers(upstream: number | [number, number]): string {
  if (typeof upstream === 'number') return `server 127.0.0.1:${upstream};`;
  const lines = upstream.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=5s;`);
  return lines.join('\n');
}

function main(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off; ${user} worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http { access_log off; ${temporary}
include ${folder}/site.conf; }
`;
}

async function install(): Promise<void> {
  if (existsSync(NGINX)) return;
  if (!canInstall()) throw new Error('nginx is missing; on Debian: apt-get install nginx-light');
  // Without its service, which Debian would start on port 80.
  await installPackages(['nginx-light'], () => existsSync(NGINX));
}

/** Edits of the configuration that put the blog below `/blog`: forwarding the path, and removing it. */
export const BELOW_A_PATH: Readonly<Record<string, (configuration: string) => string>> = {
  'that passes the path on': (text) => text.replace('location / {', 'location /blog/ {'),
  'that removes the path': (text) =>
    text
      .replace('location / {', 'location /blog/ {')
      .replace('proxy_pass http://masthead;', 'proxy_pass http://masthead/;'),
};
