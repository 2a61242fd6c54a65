import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowAnyone, newBucket, s3Variables } from '../support/servers/bucket.ts';
import { startFaultProxy } from '../support/servers/fault-proxy.ts';
import { newPlace } from '../support/processes/trouble.ts';

const SECRET_KEY = '7c1f0ed84b9a4d2f8a6be35f21d07c94';
const PUBLIC = /^problem Anyone can read the bucket \S+ without the blog, .*: block public access/m;

test('the doctor reports a bucket that gives pictures to anyone', async (t) => {
  const place = await newPlace(t);
  const bucket = await newBucket(t);
  // Swift answers requests without a signature, as its rights say, but only at its own kind of address.
  const server = await startFaultProxy(t, bucket.endpoint);
  server.choose(({ headers, method, path }) => {
    if (headers.authorization !== undefined || method !== 'GET') return undefined;
    return async ({ answer }) => {
      const got = await fetch(`${bucket.endpoint}/v1/AUTH_masthead${path}`);
      const body = Buffer.from(await got.arrayBuffer());
      await answer({ status: got.status, headers: {}, body });
    };
  });
  const variables = { SECRET_KEY, ...s3Variables(bucket), S3_ENDPOINT_URL: server.endpoint };
  const doctor = (own: Record<string, string> = {}) =>
    place.run(['doctor'], { ...variables, ...own });

  const closed = await doctor();
  assert.match(closed.output, /^ok +Only the blog reads pictures in the bucket/m);
  assert.doesNotMatch(closed.output, PUBLIC);

  await allowAnyone(bucket);
  const open = await doctor();
  assert.match(open.output, PUBLIC);
  assert.equal(open.code, 1);
  // Pages may load pictures from it on purpose.
  const meant = await doctor({ MEDIA_BASE_URL: `${server.endpoint}/${bucket.bucket}` });
  assert.doesNotMatch(meant.output, PUBLIC);
});
