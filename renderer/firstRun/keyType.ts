/** Returns the word for an algorithm in the name of a host key's file: ed25519, ecdsa, rsa. */
export function keyFileWord(type: string): string {
  return /ed25519|ecdsa|rsa|dss/.exec(type)?.[0] ?? type;
}

/** Returns the name of an algorithm as people call it: ED25519 for ssh-ed25519. */
export function keyTypeName(type: string): string {
  return keyFileWord(type).toUpperCase();
}
