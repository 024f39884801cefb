/*
 * The compact forms of Kafka's flexible versions: a length is an unsigned varint of one more than it is, 0 for null; a
 * structure ends with its tagged fields. What is written here has none of these (a zero byte). The headers of requests and
 * answers have tagged fields, too: they stand before what is written and read here.
 */

/** Reads an answer from its beginning; `at` is where it stands, for fields of a fixed size. */
export class CompactReader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  /** A length; -1 for null. */
  length(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      // Past its end this throws, where an index would go on for ever.
      const byte = this.bytes.readUInt8(this.at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value - 1;
    }
  }

  /** A string; empty for null. */
  text(): string {
    const size = Math.max(0, this.length());
    this.at += size;
    return this.bytes.toString("utf8", this.at - size, this.at);
  }

  /** Passes over an array whose elements take `size` bytes each. */
  skipArray(size: number): void {
    const bytes = size * Math.max(0, this.length());
    this.at += bytes;
  }

  skipTags(): void {
    for (let count = this.length() + 1; count > 0; count--) {
      this.length();
      const size = this.length() + 1;
      this.at += size;
    }
  }
}

/** A length, as it is written: one more than it is. */
export function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length + 1;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}

export function compactString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([compactLength(bytes.length), bytes]);
}
