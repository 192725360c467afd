import type { Tools } from "../../tools.js";
import type { Replacing } from "../replacing.js";
export class ComposeDialog {
  constructor(_replacing: Replacing, _tools: Tools) {}
  open(): void {}
}
