import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { clientAddress, trustedProxies, withClientAddress } from './client-address.ts';

const PROXY = '10.0.0.1';

/** Whom the server takes for the sender of a request with this header, and the header after that. */
function receive(forwardedFor: string | undefined, trusted: boolean | number | string = 1) {
  const trust = trustedProxies(trusted);
  const headers: Record<string, string | undefined> = { 'x-forwarded-for': forwardedFor };
  const request = { headers, socket: { remoteAddress: PROXY } } as unknown as IncomingMessage;
  withClientAddress(trust, () => undefined)(request, {} as ServerResponse);
  return { address: clientAddress(request, trust), header: headers['x-forwarded-for'] };
}

const addresses: [string | undefined, string][] = [
  [undefined, PROXY],
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['198.51.100.1, 203.0.113.7:4711', '203.0.113.7'],
  ['198.51.100.1:1,203.0.113.7:65535 ', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:DB8::1]:443', '2001:DB8::1'],
  ['[::ffff:203.0.113.7]:443', '::ffff:203.0.113.7'],
  ['', PROXY],
  ['unknown', PROXY],
  ['_hidden:4711', PROXY],
  ['203.0.113.7, unknown', PROXY],
  ['203.0.113.7:4711:4711', PROXY],
  ['203.0.113.7:', PROXY],
  ['203.0.113.777:4711', PROXY],
  ['[2001:db8::1]:443]', PROXY],
  ['[]:443', PROXY],
  ['https://203.0.113.7', PROXY],
];
for (const [given, address] of addresses) {
  test(`behind one proxy that says ${given} the sender is ${address}`, () => {
    assert.equal(receive(given).address, address);
  });
}

test('proxies are recognised by their addresses, also with ports', () => {
  const chain = '198.51.100.1, 203.0.113.7:4711, 10.1.2.3:80';
  assert.equal(receive(chain, '10.0.0.0/8').address, '203.0.113.7');
  assert.equal(receive(chain, 3).address, '198.51.100.1');
  assert.equal(receive('10.1.2.3:80, 10.1.2.4:80', '10.0.0.0/8').address, '10.1.2.3');
  assert.equal(receive('unknown, 10.1.2.4:80', '10.0.0.0/8').address, PROXY);
  assert.equal(receive(chain, true).address, '198.51.100.1');
});

test('whom nobody vouches for is left as they are', () => {
  const header = '203.0.113.7:4711';
  assert.deepEqual(receive(header, false), { address: PROXY, header });
});
