/** Chooses what of all alarms the list shows. */
import { PRIORITIES } from "../../model/alarm.ts";
import type { Utility } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { ALARM_VIEWS, type AlarmFilter } from "./alarm-order.ts";

export interface AlarmFiltersProps {
  readonly filter: AlarmFilter;
  readonly utility: Utility;
  readonly onFilter: (changed: Partial<AlarmFilter>) => void;
}

export function AlarmFilters({ filter, utility, onFilter }: AlarmFiltersProps) {
  const { text } = useWords();
  return (
    <div class="filters">
      <select
        aria-label={text.alarms.filter}
        value={filter.show}
        onChange={({ currentTarget }) =>
          onFilter({ show: ALARM_VIEWS.find((one) => one === currentTarget.value) ?? "standing" })
        }
      >
        {ALARM_VIEWS.map((view) => (
          <option key={view} value={view}>
            {text.alarms[view]}
          </option>
        ))}
      </select>
      <select
        aria-label={text.alarms.district}
        value={filter.district ?? ""}
        onChange={({ currentTarget }) => onFilter({ district: currentTarget.value || null })}
      >
        <option value="">{text.alarms.anyDistrict}</option>
        {utility.districts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={text.alarms.priority}
        value={filter.priority ?? ""}
        onChange={({ currentTarget }) =>
          onFilter({ priority: PRIORITIES.find((one) => one === currentTarget.value) ?? null })
        }
      >
        <option value="">{text.alarms.anyPriority}</option>
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {text.priorities[priority]}
          </option>
        ))}
      </select>
    </div>
  );
}
