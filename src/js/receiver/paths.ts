/** What a path of a URL means to every server alike. */

/**
 * Whether servers and gateways agree on where a path leads. They differ in what they make of an escaped slash, of dots behind an escape or in
 * front of a semicolon, of what is escaped twice, of a backslash, and of an empty segment.
 */
export function isPlainPath(path: string): boolean {
  if (/\\|%(?:2f|5c|25|7f|[01][\da-f])/i.test(path)) return false;
  let read: string;
  try {
    read = decodeURIComponent(path);
  } catch {
    // No UTF-8: an overlong dot or slash, perhaps.
    return false;
  }
  const segments = path.split("/");
  const plain = read.normalize("NFKC").split("/");
  // A character that is a slash to some.
  if (plain.length !== segments.length) return false;
  return plain.every((segment, index) => {
    if (segment === "") return index === 0 || index === plain.length - 1;
    return !/^\.+(?:$|[;,\s%?#:\\])/.test(segment) && !segment.includes("\\");
  });
}
