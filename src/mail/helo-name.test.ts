import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heloName } from './helo-name.ts';

const CASES: [frontendUrl: string, machine: string, name: string][] = [
  ['https://blog.example.org', 'node1', 'blog.example.org'],
  ['https://blog.example.org:8443/blog', 'node1.example.net', 'blog.example.org'],
  ['https://blog.example.org.', 'node1', 'blog.example.org'],
  ['https://bücher.example', 'node1', 'xn--bcher-kva.example'],
  ['http://localhost:8000', 'node1.example.net', 'node1.example.net'],
  ['http://192.0.2.7', 'node1.example.net', 'node1.example.net'],
  ['http://[2001:db8::7]', 'node1.example.net', 'node1.example.net'],
  ['http://[::ffff:192.0.2.7]', 'node1.example.net', 'node1.example.net'],
  ['http://localhost:8000', 'node1', '[127.0.0.1]'],
  ['http://localhost:8000', '192.0.2.8', '[127.0.0.1]'],
  ['http://localhost:8000', '', '[127.0.0.1]'],
];

for (const [FRONTEND_URL, machine, name] of CASES) {
  test(`${FRONTEND_URL} on the machine "${machine}" greets as ${name}`, () => {
    assert.equal(heloName({ FRONTEND_URL }, machine), name);
  });
}

test('MAIL_HELO_NAME comes before all others', () => {
  const given = { MAIL_HELO_NAME: 'mail.example.org', FRONTEND_URL: 'https://blog.example.org' };
  assert.equal(heloName(given, 'node1.example.net'), 'mail.example.org');
});
