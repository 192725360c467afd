/** The window onto the picture: how large it is shown, and which part. */
import { computed, signal } from "@preact/signals";
import { type ComponentChildren, createRef } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { Button, rendered } from "../elements.js";
import { texts } from "../texts.js";
import type { Box } from "./layout.worker.js";

const STEP = 1.25;
/** A pointer that has moved less, in pixels, has clicked. */
const CLICK = 4;
const ENDS = ["pointerup", "pointercancel"] as const;
const [SMALLEST, LARGEST] = [0.1, 3];
/** At first the picture fits, as long as it can be read. */
const READABLE = [0.72, 1.15] as const;

const frame = createRef<HTMLDivElement>();
const scale = signal(1);
const size = signal<Box>({ width: 1, height: 1 });
/** Until someone zooms, the size follows the room that there is. */
let follows: "readable" | "fit" | undefined = "readable";

/** How large the picture is shown. Rounded down: what fits must not need scrollbars. */
export const shownWidth = computed(() => Math.floor(size.value.width * scale.value));
export const shownHeight = computed(() => Math.floor(size.value.height * scale.value));

/** The room that there is; out of view there is none, and then what a picture usually has. */
export function room(): Box {
  const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
  return { width: clientWidth || 480, height: clientHeight || 360 };
}

/** The picture is now one of this size. */
export function hold(picture: Box): void {
  size.value = picture;
  followRoom();
}

function followRoom(): void {
  if (follows === undefined || !frame.current?.clientWidth) return;
  const { width, height } = room();
  const fitting = Math.min(width / size.peek().width, height / size.peek().height);
  const [least, most] = follows === "fit" ? [SMALLEST, LARGEST] : READABLE;
  scale.value = Math.min(most, Math.max(least, fitting));
}

/** Whether someone is busy in the picture. */
export const isBusy = (): boolean => frame.current?.parentElement?.matches(":hover, :focus-within") ?? false;

/** Puts a part of the picture in the middle of the window. */
export function center(part: Element): void {
  move(part, (from, to, first, last) => (from + to - first - last) / 2);
}

/** Moves only what is inside the window: `scrollIntoView` would also move the page. */
export function bringIntoView(part: Element): void {
  const margin = 16;
  move(part, (from, to, first, last) => {
    if (from < first + margin) return from - first - margin;
    return to > last - margin ? to - last + margin : 0;
  });
}

function move(part: Element, by: (from: number, to: number, first: number, last: number) => number): void {
  if (frame.current === null) return;
  const [around, place] = [frame.current.getBoundingClientRect(), part.getBoundingClientRect()];
  frame.current.scrollLeft += by(place.left, place.right, around.left, around.right);
  frame.current.scrollTop += by(place.top, place.bottom, around.top, around.bottom);
}

/** What is under this point of the screen stays there. */
async function zoom(factor: number, point?: { x: number; y: number }): Promise<void> {
  const [box, picture] = [frame.current, frame.current?.firstElementChild];
  if (!box || !picture) return;
  const around = box.getBoundingClientRect();
  const { x, y } = point ?? { x: around.left + around.width / 2, y: around.top + around.height / 2 };
  const before = picture.getBoundingClientRect();
  const at = { x: (x - before.left) / before.width, y: (y - before.top) / before.height };
  follows = undefined;
  scale.value = Math.min(LARGEST, Math.max(SMALLEST, scale.peek() * factor));
  await rendered();
  const after = picture.getBoundingClientRect();
  box.scrollLeft += after.left + at.x * after.width - x;
  box.scrollTop += after.top + at.y * after.height - y;
}

function wheel(event: WheelEvent): void {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  void zoom(Math.exp(-event.deltaY * 0.002), { x: event.clientX, y: event.clientY });
}

/** The picture can be dragged with a mouse, from wherever in it; fingers scroll anyway. */
function drag(event: PointerEvent): void {
  const box = frame.current;
  if (box === null || event.pointerType !== "mouse" || event.button !== 0) return;
  // The scrollbars are part of the element, and have an action of their own.
  if ((event.offsetX > box.clientWidth || event.offsetY > box.clientHeight) && event.target === box) return;
  const from = { x: event.clientX + box.scrollLeft, y: event.clientY + box.scrollTop };
  const moved = ({ clientX, clientY }: PointerEvent) => {
    // Until it has moved, it may be a click on what lies below: a pointer that is captured clicks nothing.
    if (!box.classList.contains("dragging")) {
      if (Math.hypot(clientX - event.clientX, clientY - event.clientY) < CLICK) return;
      box.setPointerCapture(event.pointerId);
      box.classList.add("dragging");
    }
    box.scrollTo(from.x - clientX, from.y - clientY);
  };
  const end = () => {
    box.classList.remove("dragging");
    window.removeEventListener("pointermove", moved);
    for (const name of ENDS) window.removeEventListener(name, end);
  };
  // On all of the page: the first move may go out of the picture.
  window.addEventListener("pointermove", moved);
  for (const name of ENDS) window.addEventListener(name, end);
}

export function Viewport({ children }: { children: ComponentChildren }) {
  useLayoutEffect(() => {
    const observer = new ResizeObserver(followRoom);
    observer.observe(frame.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="window" ref={frame} onWheel={wheel} onPointerDown={drag}>
      {children}
    </div>
  );
}

export function ZoomControls({ children }: { children: ComponentChildren }) {
  const { zoomOut, zoomIn, fit, fitShort, percent } = texts.see;
  const fitNow = () => {
    follows = "fit";
    followRoom();
  };
  return (
    <div class="zooming">
      <ZoomButton name={zoomOut} text="−" press={() => void zoom(1 / STEP)} />
      <output class="zoom" aria-label={texts.see.zoom}>
        {percent(scale.value)}
      </output>
      <ZoomButton name={zoomIn} text="+" press={() => void zoom(STEP)} />
      <ZoomButton name={fit} text={fitShort} press={fitNow} />
      {children}
    </div>
  );
}

function ZoomButton({ name, text, press }: { name: string; text: string; press: () => void }) {
  return <Button label={text} class="quiet" aria-label={name} title={name} press={press} />;
}
