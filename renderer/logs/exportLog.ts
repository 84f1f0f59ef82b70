import type { ByteStore } from './byteStore.ts';

/** Returns the exact bytes of a log, as the machine wrote them; nothing is copied. */
function logBlob(store: ByteStore): Blob {
  return new Blob(store.parts(0, store.length()), { type: 'application/octet-stream' });
}

/** Saves a log as a file, in the place that the browser or the person chooses. `name` becomes the file's name. */
export function saveLog(store: ByteStore, name: string): void {
  const address = URL.createObjectURL(logBlob(store));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replace(/[^\w.-]+/g, '-')}.log`;
  link.click();
  // A download that has begun keeps the bytes alive without the address.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
