import { describe, expect, it } from '@jest/globals';
import { toComputeMetadata } from './image-metadata.representation.js';

describe('metadata', () => {
  it('is the additional properties, unchanged', () => {
    const properties = { a: 'True', b: '0', c: '', d: null, 'org.openstack__1__x': 'y' };
    expect(toComputeMetadata(properties)).toEqual(properties);
  });

  it("leaves the service's own properties out", () => {
    expect(toComputeMetadata({ os_glance_x: 'x', os_glanced: 'x', glance: 'y' })).toEqual({
      glance: 'y',
    });
  });

  it.each(['block_device_mapping', 'mappings'])('shows %s as the JSON in its text', (name) => {
    expect(toComputeMetadata({ [name]: '[{"a":1}]' })).toEqual({ [name]: [{ a: 1 }] });
    expect(toComputeMetadata({ [name]: '{"a":null}' })).toEqual({ [name]: { a: null } });
  });

  it.each(['', 'text', '5', 'true', '"text"', '[1', '['.repeat(30_000) + ']'.repeat(30_000)])(
    'shows other text in them as it is (%#)',
    (text) => {
      expect(toComputeMetadata({ mappings: text })).toEqual({ mappings: text });
    },
  );

  it('keeps names like __proto__ as plain names', () => {
    const metadata = toComputeMetadata(JSON.parse('{"__proto__":"x"}'));
    expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
  });
});
