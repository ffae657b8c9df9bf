import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, isWithin } from './address.js';
import { OutboundRules, type OutboundSettings } from './outbound-rules.js';

const open: OutboundSettings = {
  schemes: { allowed: ['http', 'https'], denied: [] },
  hosts: { allowed: [], denied: [] },
  ports: { allowed: ['80', '443'], denied: [] },
  internalHosts: [],
};
const rules = (changes: Partial<OutboundSettings> = {}) =>
  new OutboundRules({ ...open, ...changes });

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'admits %s',
    (text) => {
      expect(isPublicAddress(text)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '168.63.129.16',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fe80::1',
    'fec0::1',
    'fd00:ec2::254',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    '1::1',
    '4000::1',
    'localhost',
    '',
    '1.2.3',
  ])('refuses %s', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('isWithin', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['fd00::1', 'fd00::/8', true],
    ['10.1.2.3', 'fd00::/8', false],
    ['10.1.2.3', 'mirror.internal', false],
    ['mirror.internal', '10.0.0.0/8', false],
  ])('%s in %s: %s', (address, network, expected) => {
    expect(isWithin(address, network)).toBe(expected);
  });
});

describe('OutboundRules', () => {
  it.each([
    'http://images.example.com/disk.qcow2',
    'https://images.example.com:443/disk.qcow2?x=1#y',
    'https://images.example.com:80/',
    'http://8.8.8.8/x',
    'http://8.8.8.8:80/x',
    'http://[2606:4700::1111]/x',
    'HTTPS://Images.Example.COM/x',
    'http://bücher.example/x',
  ])('passes %s', (url) => {
    expect(rules().parse(url)).toBeInstanceOf(URL);
  });

  it.each([
    'ftp://a.example/x',
    'file:///etc/passwd',
    'gopher://a.example/',
    'data:,x',
    'x',
    '',
    'http://a.example:22/',
    'http://a.example:8080/',
    'https://a.example:0/',
    'http://user@a.example/',
    'http://user:secret@a.example/',
    'http://@a.example/',
    'http://2130706433/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://134744072/',
    'http://8.8.2056/',
    'http://0x8.8.8.8/',
    'http://8.8.8.8./',
    'http://%38.8.8.8/',
    'http://８.8.8.8/',
    'http://8。8.8.8/',
    'http:8.8.8.8/',
    'http:\\\\a.example/',
    'http://a.example\\@b.example/',
    'http://a.ex\tample/',
    ' http://a.example/',
    'http://a.example/ x',
    'http://a.example/\u0000',
    'http:///x',
  ])('refuses %j', (url) => {
    expect(() => rules().parse(url)).toThrow('does not pass filtering');
  });

  it('names the host and nothing else of the URL', () => {
    const secret = 'http://user:password@a.example:22/token?key=secret';
    expect(() => rules().parse(secret)).toThrow(
      "The URI with the host 'a.example' does not pass filtering.",
    );
  });

  it('ignores a deny list beside an allow list', () => {
    const listed = rules({ hosts: { allowed: ['Good.example'], denied: ['good.example'] } });
    expect(listed.parse('http://good.EXAMPLE/').hostname).toBe('good.example');
    expect(() => listed.parse('http://other.example/')).toThrow('filtering');
  });

  it('applies a deny list alone', () => {
    const listed = rules({
      schemes: { allowed: [], denied: ['http'] },
      hosts: { allowed: [], denied: ['bad.example', '9.9.9.0/24'] },
      ports: { allowed: [], denied: ['22'] },
    });
    expect(listed.parse('https://good.example:8443/').port).toBe('8443');
    for (const url of [
      'http://good.example/',
      'https://bad.example/',
      'https://BAD.example./',
      'https://9.9.9.9/',
      'https://[::ffff:9.9.9.9]/',
      'https://good.example:22/',
    ]) {
      expect(() => listed.parse(url)).toThrow('filtering');
    }
    expect(listed.mayReach('good.example', '9.9.9.9')).toBe(false);
    expect(listed.mayReach('good.example', '8.8.8.8')).toBe(true);
  });

  it('never allows a scheme that it cannot speak', () => {
    const listed = rules({ schemes: { allowed: ['file', 'ftp', 'https'], denied: [] } });
    expect(() => listed.parse('file:///etc/passwd')).toThrow('filtering');
    expect(() => listed.parse('ftp://a.example/')).toThrow('filtering');
  });

  it('reaches internal addresses only when the operator lists the host or the address', () => {
    const listed = rules({ internalHosts: ['Mirror.internal', '10.1.0.0/16', 'fd00::5'] });
    expect(listed.mayReach('mirror.internal', '192.168.0.1')).toBe(true);
    expect(listed.mayReach('other.example', '10.1.2.3')).toBe(true);
    expect(listed.mayReach('other.example', 'fd00::5')).toBe(true);
    expect(listed.mayReach('other.example', '10.2.2.3')).toBe(false);
    expect(listed.mayReach('other.example', '127.0.0.1')).toBe(false);
    expect(rules().mayReach('mirror.internal', '192.168.0.1')).toBe(false);
  });
});
