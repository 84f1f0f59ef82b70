import type { ByteStore } from './byteStore.ts';

/** The exact bytes of a log, as the machine wrote them; nothing is copied. */
function logBlob(store: ByteStore): Blob {
  return new Blob(store.parts(0, store.length()), { type: 'application/octet-stream' });
}

/** Saves a log as a file of a person's choice. */
export function saveLog(store: ByteStore, name: string): void {
  const address = URL.createObjectURL(logBlob(store));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replace(/[^\w.-]+/g, '-')}.log`;
  link.click();
  // The download has its own hold on the bytes once it began.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
