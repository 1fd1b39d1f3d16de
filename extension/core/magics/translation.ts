/** What becomes of one magic. */
export type Translation =
  /** Python in its place; line breaks are those it had. */
  | { readonly python: string; readonly guessed?: readonly string[]; readonly note?: string }
  /** Nothing: what it asks for is so anyway. The note says why. */
  | { readonly nothing: true; readonly note?: string; readonly packages?: readonly string[] }
  /** It cannot stand here. Completes the sentence "“%x” …". */
  | { readonly problem: string };
