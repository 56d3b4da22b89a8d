/**
 * Frees the memory of a buffer at once instead of at the next garbage collection: V8 lets 64 MB outside of its heap
 * accumulate. The buffer is empty afterwards. Does nothing where it shares its memory with others, as small buffers do.
 */
export function freeBuffer({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength > 0 && buffer.byteLength === byteLength) buffer.transfer(0);
}
