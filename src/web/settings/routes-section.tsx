/** Whom alarms are told to, as notifications.yaml says it. */
import type { Route } from "../../model/notification.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE, type Words } from "../words/words.ts";
import type { SettingsProps } from "./settings-props.ts";

interface Routes {
  readonly channels: readonly { readonly id: string; readonly kind: string }[];
  readonly routes: readonly Route[];
}

export function RoutesSection({ utility }: SettingsProps) {
  const words = useWords();
  const { text, duration } = words;
  const { answer, problem } = useAnswer<Routes>("/api/v1/routes");
  const districtName = (id: string) => utility.districts.find((one) => one.id === id)?.name ?? id;
  const kindOf = (id: string) => answer?.channels.find((one) => one.id === id)?.kind ?? "";
  const channelsOf = (ids: readonly string[]) => ids.map((id) => `${id} (${kindOf(id)})`).join(", ");
  return (
    <section class="panel" aria-labelledby="routes-heading">
      <h2 id="routes-heading">{text.settings.routes}</h2>
      <p class="quiet">{text.settings.routesWhat}</p>
      {problem !== null && <p role="alert">{filled(text.settings.failed, { message: problem })}</p>}
      {answer?.routes.length === 0 && <p>{text.settings.noRoutes}</p>}
      {answer && answer.routes.length > 0 && (
        <table class="settings-table">
          <thead>
            <tr>
              <th scope="col">{text.settings.route}</th>
              <th scope="col">{text.settings.channels}</th>
              <th scope="col">{text.settings.about}</th>
              <th scope="col">{text.settings.escalates}</th>
            </tr>
          </thead>
          <tbody>
            {answer.routes.map((route) => (
              <tr key={route.id}>
                <th scope="row">{route.id}</th>
                <td>{channelsOf(route.channels)}</td>
                <td>{aboutOf(route, districtName, words)}</td>
                <td>
                  {route.escalation
                    ? filled(text.settings.escalation, {
                        duration: duration(route.escalation.afterMs),
                        channels: channelsOf(route.escalation.channels),
                      })
                    : NONE}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function aboutOf(route: Route, districtName: (id: string) => string, { text }: Words): string {
  const { districts, priorities, kinds, hours } = route;
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const limits = [
    districts?.map(districtName).join(", "),
    priorities?.map((one) => text.priorities[one]).join(", "),
    kinds?.map((one) => text.kinds[one]).join(", "),
    hours && filled(text.settings.hours, { from: clock(hours.fromMinute), to: clock(hours.toMinute) }),
  ].filter(Boolean);
  return limits.length > 0 ? limits.join(" · ") : text.settings.all;
}
