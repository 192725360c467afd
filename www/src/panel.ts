/** One of the views beside the message. */
export interface Panel {
  readonly element: HTMLElement;
  /** It comes into view. */
  show?(): void;
  /** Another one takes its place. */
  hide?(): void;
}
