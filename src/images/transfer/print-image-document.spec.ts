import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentMembers, imageAttributes } from '../../../test/support/arbitrary-images.js';
import { parseImageDocument } from './parse-image-document.js';
import { printImageDocument } from './print-image-document.js';

describe('printing an image document', () => {
  it('is undone by reading it, for every image', () => {
    fc.assert(
      fc.property(imageAttributes, documentMembers, (image, members) => {
        const { version: _, ...stated } = image;
        const line = printImageDocument(image, members);
        expect(line).not.toContain('\n');
        expect(parseImageDocument(line)).toEqual({ ...stated, members });
      }),
      { numRuns: 500 },
    );
  });

  it('writes whole seconds as the API does and keeps milliseconds', () => {
    const image = {
      ...fc.sample(imageAttributes, 1)[0]!,
      createdAt: new Date('2015-01-28T19:31:37.000Z'),
      updatedAt: new Date('2015-01-28T19:31:37.020Z'),
    };
    const document = JSON.parse(printImageDocument(image, []));
    expect(document).toMatchObject({
      created_at: '2015-01-28T19:31:37Z',
      updated_at: '2015-01-28T19:31:37.020Z',
    });
  });

  it('moves the members when a property has their name', () => {
    const image = { ...fc.sample(imageAttributes, 1)[0]!, properties: { members: 'five' } };
    const document = JSON.parse(printImageDocument(image, []));
    expect(document).toMatchObject({ members: 'five', os_glance_members: [] });
  });
});
