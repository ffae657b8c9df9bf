import { crc32, deflateRawSync } from 'node:zlib';

interface ZipMember {
  readonly content: Buffer;
  readonly method?: number;
  readonly flags?: number;
}

/** Archives as they are written in one go (`zip -`, flag 8: sizes follow) or with sizes in front. */
export function zip(...members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const { content, method = 8, flags = 0 } of members) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const follows = (flags & 8) !== 0;
    const facts = Buffer.alloc(12);
    facts.writeUInt32LE(crc32(content), 0);
    facts.writeUInt32LE(packed.length, 4);
    facts.writeUInt32LE(content.length, 8);
    const common = Buffer.alloc(10);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    const lengths = Buffer.from([4, 0, 0, 0]);
    const front = follows ? Buffer.alloc(12) : facts;
    const name = Buffer.from('disk');
    locals.push(Buffer.from('PK\u0003\u0004'), common, front, lengths, name, packed);
    if (follows) locals.push(Buffer.from('PK\u0007\u0008'), facts);
    const version = Buffer.from([20, 0]);
    entries.push(
      Buffer.from('PK\u0001\u0002'),
      version,
      common,
      facts,
      lengths,
      Buffer.alloc(14),
      name,
    );
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  return Buffer.concat([...locals, ...entries, Buffer.from('PK\u0005\u0006'), end]);
}
