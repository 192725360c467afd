/** What leads from a refusal for want of a token to one. */
import { Button } from "../elements.js";
import { texts } from "../texts.js";
import { focusToken } from "./token-field.js";

function openRequest(): void {
  const details = document.querySelector(".token-request")?.closest("details");
  if (details) details.open = true;
  document.getElementById("client-id")?.focus();
}

export function TokenActions() {
  return (
    <div class="buttons small">
      <Button label={texts.answer.enterToken} press={focusToken} />
      <Button label={texts.answer.getToken} press={openRequest} />
    </div>
  );
}
