/** In which order and in which groups the issues are listed. */
import type { Signal } from "@preact/signals";
import { options } from "../elements.js";
import { texts } from "../texts.js";
import { type Grouping, grouping, type Order, order } from "./listing.js";

function Choice<T extends string>({ label, of, names }: { label: string; of: Signal<T>; names: Record<T, string> }) {
  return (
    <label class="list-choice">
      <span>{label}</span>
      <select
        value={of.value}
        onChange={({ currentTarget }) => {
          of.value = currentTarget.value as T;
        }}>
        {options(Object.entries(names) as [string, string][])}
      </select>
    </label>
  );
}

export const ListChoices = () => (
  <div class="list-choices">
    <Choice<Order> label={texts.check.order} of={order} names={texts.check.orders} />
    <Choice<Grouping> label={texts.check.groupBy} of={grouping} names={texts.check.groupings} />
  </div>
);
