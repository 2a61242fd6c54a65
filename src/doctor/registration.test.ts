import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryLedger } from '../../test/support/pictures/ledger.ts';
import { readConfig } from '../config.ts';
import { changeSetting } from '../settings/settings.ts';
import { checkRegistration } from './registration.ts';

test('the doctor warns of open registration at an address that others reach', async (t) => {
  const { db, clock, folder } = await temporaryLedger(t);
  const check = async (env: Record<string, string>) =>
    (await checkRegistration(readConfig(env, folder), db)).level;
  const FRONTEND_URL = 'https://blog.example';
  assert.equal(await check({ FRONTEND_URL }), 'warning');
  assert.equal(await check({}), 'ok', 'on this machine only');
  assert.equal(await check({ FRONTEND_URL, REGISTRATION: 'invite' }), 'ok');
  const config = readConfig({}, folder);
  await changeSetting({ db, clock, config }, 'registration', 'approval');
  assert.equal(await check({ FRONTEND_URL }), 'ok');
  assert.equal(await check({ FRONTEND_URL, REGISTRATION: 'open' }), 'warning');
});
