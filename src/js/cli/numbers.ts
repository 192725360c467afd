/** Numbers as people read them. */
export const number = (value: number) => Math.round(value).toLocaleString("en");

/** `1 message`, `2 messages`. */
export const count = (value: number, noun: string) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
