/** Byte arrays: put together, and told to be nobody else's. */

/** One after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const given = new WeakSet<ArrayBufferLike>();

/** Marks bytes that nobody but their reader has from now on: they may be transferred, not copied. */
export function giveAway(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength) given.add(bytes.buffer);
  return bytes;
}

export const isGivenAway = ({ buffer }: Uint8Array): boolean => given.has(buffer);

/** A view for numbers in these bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
