import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smtpServer } from '../support/servers/smtp-server.ts';
import { newPlace, stop } from '../support/processes/trouble.ts';
import { until } from '../support/until.ts';

const DIE_AT = import.meta.resolve('../support/processes/die-at.ts');
const SHIFTED = import.meta.resolve('../support/processes/shifted-clock.ts');

for (const [when, dieAt] of Object.entries({
  'before it took up a mail': '^update "mails"',
  'while it handed a mail over': undefined,
})) {
  test(`a server that is killed ${when} sends it once it is back`, async (t) => {
    const place = await newPlace(t);
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const silent = await smtpServer(t, { onRcptTo: () => reach() });
    const mail = { MAIL_SERVER: '127.0.0.1', MAIL_PORT: String(silent.port) };
    const dying =
      dieAt === undefined
        ? {}
        : { NODE_OPTIONS: `--import=${DIE_AT}`, DIE_AT: dieAt, DIE_ARMED: '1' };
    const killed = await place.start({ ...mail, ...dying });
    const ann = await killed.register();
    const json = { email: ann.email };
    const asked = killed.api('POST', '/api/users/forgot-password', { json });
    if (dieAt !== undefined) {
      // It may die before it answers.
      await asked.catch(() => undefined);
    } else {
      assert.equal((await asked).status, 202);
      await reached;
      killed.service.kill('SIGKILL');
    }
    await killed.service.ended;

    const { port, received } = await smtpServer(t);
    // Minutes later, when others may take over the dead one's mails.
    const file = join(place.folder, 'shift');
    writeFileSync(file, String(5 * 60_000));
    const shifted = { NODE_OPTIONS: `--import=${SHIFTED}`, CLOCK_SHIFT: file };
    const back = await place.start({ ...mail, ...shifted, MAIL_PORT: String(port) });
    const text = await until('the mail', async () => received[0]?.mail);
    const token = /token=([\w-]+)/.exec(text)?.[1];
    const set = { token, new_password: 'a password of her own' };
    const reset = await back.api('POST', '/api/users/reset-password', { json: set });
    assert.equal(reset.status, 200, reset.text);
    await stop(back);
    assert.equal(received.length, 1);
  });
}
