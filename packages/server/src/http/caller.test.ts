import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAddressReader } from './caller.ts';

/*
 * Threat: a client that writes `X-Forwarded-For` itself gets a new address, and thereby a new budget, for each request.
 */

const hop = (remoteAddress: string | undefined, forwarded?: string | string[]) => ({
  socket: { remoteAddress },
  headers: { 'x-forwarded-for': forwarded },
});

test('R45: without configured proxies X-Forwarded-For is ignored', () => {
  const read = clientAddressReader([]);
  assert.equal(read(hop('192.0.2.7', '198.51.100.1')), '192.0.2.7');
  assert.equal(read(hop('127.0.0.1', '198.51.100.1')), '127.0.0.1');
});

test('R45: behind configured proxies the rightmost address that is not a proxy counts', () => {
  const read = clientAddressReader(['10.0.0.0/8', '2001:db8:ffff::/48']);
  assert.equal(read(hop('10.1.1.1', '203.0.113.9, 198.51.100.1, 10.2.2.2')), '198.51.100.1');
  assert.equal(read(hop('10.1.1.1', ['203.0.113.9', '198.51.100.1'])), '198.51.100.1');
  assert.equal(read(hop('2001:db8:ffff::1', '198.51.100.1')), '198.51.100.1');
  assert.equal(read(hop('192.0.2.7', '198.51.100.1')), '192.0.2.7', 'a peer that is not a proxy');
});

test('R45: an entry that is not an address ends the chain at the proxy that wrote it', () => {
  const read = clientAddressReader(['10.0.0.0/8']);
  assert.equal(read(hop('10.1.1.1', '198.51.100.1, <script>')), '10.1.1.1');
  assert.equal(read(hop('10.1.1.1', 'unknown, 10.2.2.2')), '10.2.2.2');
  assert.equal(read(hop('10.1.1.1', '')), '10.1.1.1');
  assert.equal(read(hop('10.1.1.1', '10.3.3.3, 10.2.2.2')), '10.3.3.3', 'all of them are proxies');
});

test('R45: IPv6 counts by /64, and an IPv4 address written as IPv6 is the same client', () => {
  const read = clientAddressReader(['::1']);
  assert.equal(read(hop('2001:db8:1:2:aaaa::1')), '2001:db8:1:2::/64');
  assert.equal(read(hop('2001:db8:1:2:bbbb:1:2:3')), '2001:db8:1:2::/64');
  assert.equal(read(hop('2001:0db8:0001:0002::')), '2001:db8:1:2::/64');
  assert.equal(read(hop('fe80::1%eth0')), 'fe80:0:0:0::/64');
  assert.equal(read(hop('::ffff:192.0.2.7')), '192.0.2.7');
  assert.equal(read(hop('::ffff:c000:207')), '192.0.2.7');
  assert.equal(read(hop('::1', '[2001:db8:1:2::9]:4711')), '2001:db8:1:2::/64');
  assert.equal(read(hop('::1', '192.0.2.7:4711')), '192.0.2.7');
});

test('a proxy on a Unix socket is trusted only if it is configured', () => {
  assert.equal(clientAddressReader([])(hop(undefined, '198.51.100.1')), 'unix');
  assert.equal(clientAddressReader(['unix'])(hop(undefined, '198.51.100.1')), '198.51.100.1');
});

test('X-Forwarded-For is reported only from a private address that is not a configured proxy', () => {
  const reported: string[] = [];
  const read = clientAddressReader(['10.0.0.0/8'], (peer) => reported.push(peer));
  read(hop('10.1.1.1', '198.51.100.1'));
  read(hop('192.0.2.7', '198.51.100.1'));
  read(hop('192.168.0.9'));
  read(hop('192.168.0.9', '192.168.0.9'));
  read(hop('192.168.0.9', 'unknown'));
  assert.deepEqual(reported, []);
  for (const peer of ['127.0.0.1', '::1', '172.17.0.2', 'fd00::7', '::ffff:192.168.0.9', undefined]) {
    read(hop(peer, '198.51.100.1'));
  }
  assert.deepEqual(reported, ['127.0.0.1', '::1', '172.17.0.2', 'fd00::7', '192.168.0.9', 'unix']);
});

test('an invalid entry in the list of proxies is named', () => {
  for (const entry of ['10.0.0.0/33', '10.0.0.0/8/8', 'proxy.example', '', '::1/129', '10.0.0.0/-1', '10.0.0.0/']) {
    assert.throws(() => clientAddressReader([entry]), { name: 'RangeError', message: /no IP address or CIDR range/ });
  }
});
