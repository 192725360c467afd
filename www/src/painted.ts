/** A hidden tab is not painted, and must not wait for it. In milliseconds. */
const LONGEST = 100;

/** Waits until the browser has painted what is there. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST);
  });
}

export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
