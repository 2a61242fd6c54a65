import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Where each part listens, on 127.0.0.1. */
export interface SwiftPorts {
  account: number;
  container: number;
  object: number;
  proxy: number;
  memcached: number;
}

export const SWIFT_KEY = { id: 'masthead:tests', secret: 'not-a-secret' };
export const SWIFT_REGION = 'us-east-1';

/**
 * A busy machine makes Swift slow, not broken. With its default timeouts of half a second and more
 * it would answer 503, or leave an object out of a list until a daemon that does not run here adds
 * it.
 */
const TIMEOUTS = 'conn_timeout = 30\nnode_timeout = 60\ncontainer_update_timeout = 60';

/** After ten errors its proxy would not ask a server for a minute; there is only one of each kind. */
const NO_SUPPRESSION = 'error_suppression_limit = 1000000';

/** Objects in a page of a list: few, so that most lists have several pages. */
const PAGE = 10;

/** Makes three rings of one device each, which say which server keeps what. */
export const RING_SCRIPT = `
import sys
from swift.common.ring import RingBuilder
folder, ports = sys.argv[1], sys.argv[2:]
for kind, port in zip(('account', 'container', 'object'), ports):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'disk', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(f'{folder}/{kind}.ring.gz')
`;

/** Writes the files of a Swift that keeps everything once, and answers S3 requests in its proxy. */
export async function writeSwiftConfig(folder: string, ports: SwiftPorts): Promise<void> {
  for (const sub of ['disks/disk', 'cache']) await mkdir(join(folder, sub), { recursive: true });
  await writeFile(
    join(folder, 'swift.conf'),
    `[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = single
default = yes
`,
  );
  for (const kind of ['account', 'container', 'object'] as const) {
    await writeFile(join(folder, `${kind}.conf`), storageServer(folder, kind, ports[kind]));
  }
  await writeFile(join(folder, 'proxy.conf'), proxyServer(folder, ports));
}

/** `workers = 0`: one process each, so that stopping it stops everything. */
function common(folder: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = ${userInfo().username}
swift_dir = ${folder}
workers = 0
log_address = ${folder}/no-syslog
${TIMEOUTS}
`;
}

function storageServer(folder: string, kind: string, port: number): string {
  return `${common(folder, port)}devices = ${folder}/disks
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
recon_cache_path = ${folder}/cache
`;
}

function proxyServer(folder: string, ports: SwiftPorts): string {
  const simple = ['catch_errors', 'gatekeeper', 'listing_formats', 'bulk', 'slo', 'dlo'];
  return `${common(folder, ports.proxy)}[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
${NO_SUPPRESSION}
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:s3api]
use = egg:swift#s3api
max_bucket_listing = ${PAGE}
location = ${SWIFT_REGION}
[filter:tempauth]
use = egg:swift#tempauth
user_${SWIFT_KEY.id.replace(':', '_')} = ${SWIFT_KEY.secret} .admin
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
${simple.map((name) => `[filter:${name}]\nuse = egg:swift#${name}`).join('\n')}
`;
}
