import assert from 'node:assert/strict';
import { after } from 'node:test';
import { createClient } from '../client.ts';
import { fileBody, MULTIPART } from '../multipart.ts';
import { photo } from '../pictures.ts';
import { startServer } from '../server.ts';

/** A blog for hostile requests; once they have ended, it must still take `good`, a form with `picture`. */
export async function openBesieged() {
  const server = await startServer();
  const client = createClient(server.url);
  const ann = await client.person('Ann');
  const picture = await photo({ width: 40, height: 40 });
  const good = fileBody(picture);
  after(async () => {
    const upload = { token: ann.token, body: good, headers: MULTIPART };
    const answer = await client.api('PATCH', `/api/users/${ann.id}/picture`, upload);
    const health = await client.api('GET', '/health');
    await server.stop();
    assert.deepEqual([answer.status, health.status], [200, 200]);
  });
  return { server, client, ann, picture, good };
}
