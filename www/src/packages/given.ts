/** What the page was given to know besides R4: a package as bytes, a definition as text. */
export type Given = { name: string; package: Uint8Array } | { name: string; resource: string };
