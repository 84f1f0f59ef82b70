/**
 * The globals that every JavaScript runtime we run in (Node, Chromium, Electron) has and the language's own library
 * does not declare. shared/ may use these and no other globals of its surroundings.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class URL {
  constructor(url: string);
  static canParse(url: string): boolean;
  readonly protocol: string;
  readonly host: string;
  readonly username: string;
}
