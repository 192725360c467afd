/** What the command cannot go on without could not be had: it ends with 2. The text quotes no message. */
export class TroubleError extends Error {}

/** Why something could not be read, in plain words. */
export function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && WORDS[code]) || message || String(error);
}

const WORDS: Record<string, string> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  EISDIR: "it is a folder",
  EIO: "the disk could not read it",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
};
