/** The window onto the picture: how large it is shown, and which part. */
import { element } from "../dom.js";
import { texts } from "../texts.js";
import type { Box } from "./layout.worker.js";

const STEP = 1.25;
/** A pointer that has moved less, in pixels, has clicked. */
const CLICK = 4;
const ENDS = ["pointerup", "pointercancel"] as const;
const [SMALLEST, LARGEST] = [0.1, 3];
/** At first the picture fits, as long as it can be read. */
const READABLE = [0.72, 1.15] as const;

export class Viewport {
  readonly element: HTMLElement;
  readonly controls: HTMLElement;
  readonly #window = element("div", { class: "window" });
  readonly #shown = element("output", { class: "zoom", "aria-label": texts.see.zoom });
  #picture: SVGSVGElement | undefined;
  #size: Box = { width: 1, height: 1 };
  #scale = 1;
  /** Until someone zooms, the size follows the room that there is. */
  #follows: "readable" | "fit" | undefined = "readable";

  constructor(enlarge: HTMLButtonElement) {
    const button = (label: string, text: string, press: () => void) => {
      const made = element("button", { type: "button", class: "quiet", "aria-label": label, title: label }, text);
      made.addEventListener("click", press);
      return made;
    };
    this.controls = element(
      "div",
      { class: "zooming" },
      button(texts.see.zoomOut, "−", () => this.#zoom(1 / STEP)),
      this.#shown,
      button(texts.see.zoomIn, "+", () => this.#zoom(STEP)),
      button(texts.see.fit, texts.see.fitShort, () => this.fit()),
      enlarge,
    );
    this.element = element("div", { class: "viewport" }, this.#window);
    this.#window.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#window.addEventListener("pointerdown", (event) => this.#drag(event));
    new ResizeObserver(() => this.#follow()).observe(this.#window);
  }

  /** The room that there is. */
  get room(): Box {
    // Out of view it has none; then what a picture usually has.
    return { width: this.#window.clientWidth || 480, height: this.#window.clientHeight || 360 };
  }

  hold(picture: SVGSVGElement, size: Box): void {
    if (this.#picture !== picture) this.#window.replaceChildren(picture);
    this.#picture = picture;
    this.#size = size;
    if (this.#follows === undefined) this.#show();
    else this.#follow();
  }

  fit(): void {
    this.#follows = "fit";
    this.#follow();
  }

  /** Puts a part of the picture in the middle of the window. */
  center(part: Element): void {
    const [room, place] = [this.#window.getBoundingClientRect(), part.getBoundingClientRect()];
    this.#window.scrollLeft += (place.left + place.right - room.left - room.right) / 2;
    this.#window.scrollTop += (place.top + place.bottom - room.top - room.bottom) / 2;
  }

  /** Moves only what is inside the window: `scrollIntoView` would also move the page. */
  bringIntoView(part: Element): void {
    const [room, place] = [this.#window.getBoundingClientRect(), part.getBoundingClientRect()];
    const margin = 16;
    const by = (from: number, to: number, first: number, last: number) => {
      if (from < first + margin) return from - first - margin;
      return to > last - margin ? to - last + margin : 0;
    };
    this.#window.scrollLeft += by(place.left, place.right, room.left, room.right);
    this.#window.scrollTop += by(place.top, place.bottom, room.top, room.bottom);
  }

  #follow(): void {
    if (this.#follows === undefined || this.#window.clientWidth === 0) return;
    const { width, height } = this.room;
    const fitting = Math.min(width / this.#size.width, height / this.#size.height);
    const [least, most] = this.#follows === "fit" ? [SMALLEST, LARGEST] : READABLE;
    this.#scale = Math.min(most, Math.max(least, fitting));
    this.#show();
  }

  #show(): void {
    // Rounded down: what fits must not need scrollbars.
    this.#picture?.setAttribute("width", String(Math.floor(this.#size.width * this.#scale)));
    this.#picture?.setAttribute("height", String(Math.floor(this.#size.height * this.#scale)));
    this.#shown.textContent = texts.see.percent(this.#scale);
  }

  /** What is under this point of the screen stays there. */
  #zoom(factor: number, point?: { x: number; y: number }): void {
    const picture = this.#picture;
    if (picture === undefined) return;
    const room = this.#window.getBoundingClientRect();
    const { x, y } = point ?? { x: room.left + room.width / 2, y: room.top + room.height / 2 };
    const before = picture.getBoundingClientRect();
    const at = { x: (x - before.left) / before.width, y: (y - before.top) / before.height };
    this.#follows = undefined;
    this.#scale = Math.min(LARGEST, Math.max(SMALLEST, this.#scale * factor));
    this.#show();
    const after = picture.getBoundingClientRect();
    this.#window.scrollLeft += after.left + at.x * after.width - x;
    this.#window.scrollTop += after.top + at.y * after.height - y;
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoom(Math.exp(-event.deltaY * 0.002), { x: event.clientX, y: event.clientY });
  }

  /** The picture can be dragged with a mouse, from wherever in it; fingers scroll anyway. */
  #drag(event: PointerEvent): void {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    // The scrollbars are part of the element, and have an action of their own.
    if (event.offsetX > this.#window.clientWidth || event.offsetY > this.#window.clientHeight) {
      if (event.target === this.#window) return;
    }
    const element = this.#window;
    const from = { x: event.clientX + element.scrollLeft, y: event.clientY + element.scrollTop };
    const move = (moved: PointerEvent) => {
      // Until it has moved, it may be a click on what lies below: a pointer that is captured clicks nothing.
      if (!element.classList.contains("dragging")) {
        if (Math.hypot(moved.clientX - event.clientX, moved.clientY - event.clientY) < CLICK) return;
        element.setPointerCapture(event.pointerId);
        element.classList.add("dragging");
      }
      element.scrollTo(from.x - moved.clientX, from.y - moved.clientY);
    };
    const end = () => {
      element.classList.remove("dragging");
      window.removeEventListener("pointermove", move);
      for (const name of ENDS) window.removeEventListener(name, end);
    };
    // On all of the page: the first move may go out of the picture.
    window.addEventListener("pointermove", move);
    for (const name of ENDS) window.addEventListener(name, end);
  }
}
