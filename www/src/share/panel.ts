import { element } from "../dom.js";
import type { Message } from "../message.js";
import type { Panel } from "../panel.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";

export function create(_message: Message, _tools: Tools): Panel {
  return { element: element("p", { class: "note" }, texts.tabs.names.share) };
}
