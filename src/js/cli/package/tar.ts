/** Files as a tar archive. */

const BLOCK = 512;
/** Names that are longer are in an entry of their own, before that of the file. */
const LONGEST_NAME = 100;

export interface ArchivedFile {
  name: string;
  bytes: Uint8Array;
}

export function tarOf(files: readonly ArchivedFile[]): Uint8Array {
  const encoder = new TextEncoder();
  const entries = files.flatMap(({ name, bytes }) => {
    const path = encoder.encode(name);
    const file = { path, kind: "0", bytes };
    return path.length > LONGEST_NAME ? [{ path: encoder.encode("././@LongLink"), kind: "L", bytes: path }, file] : [file];
  });
  const room = ({ length }: Uint8Array) => Math.ceil(length / BLOCK) * BLOCK;
  const archive = new Uint8Array(entries.reduce((sum, { bytes }) => sum + BLOCK + room(bytes), 2 * BLOCK));
  let at = 0;
  for (const { path, kind, bytes } of entries) {
    const head = archive.subarray(at, at + BLOCK);
    const write = (text: string, start: number) => head.set(encoder.encode(text), start);
    head.set(path.subarray(0, LONGEST_NAME));
    write("0000644", 100);
    write(bytes.length.toString(8).padStart(11, "0"), 124);
    // The checksum is that of the head with spaces in its place.
    write("        ", 148);
    write(kind, 156);
    write("ustar", 257);
    write("00", 263);
    const sum = head.reduce((sum, byte) => sum + byte, 0);
    write(`${sum.toString(8).padStart(6, "0")}\0`, 148);
    archive.set(bytes, at + BLOCK);
    at += BLOCK + room(bytes);
  }
  return archive;
}
