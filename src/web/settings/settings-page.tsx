/** The page Settings: planned works, and for admins users, tokens, routes, the configuration with its checks, and the audit. */
import type { ComponentType } from "preact";
import { useLogIn } from "../shell/log-in.tsx";
import type { PageProps } from "../shell/page.ts";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { AuditSection } from "./audit-section.tsx";
import { ConfigurationSection } from "./configuration-section.tsx";
import { RoutesSection } from "./routes-section.tsx";
import type { SettingsProps } from "./settings-props.ts";
import { UsersSection } from "./users-section.tsx";
import { WorksSection } from "./works-section.tsx";
import "../shell/forms.css";
import "./settings-page.css";

const SECTIONS = ["works", "users", "routes", "configuration", "audit"] as const;
type Section = (typeof SECTIONS)[number];

const SHOWN: Readonly<Record<Section, ComponentType<SettingsProps>>> = {
  works: WorksSection,
  users: UsersSection,
  routes: RoutesSection,
  configuration: ConfigurationSection,
  audit: AuditSection,
};

export default function SettingsPage({ network, rest }: PageProps) {
  const { text } = useWords();
  const mayAdminister = useLogIn().user?.permissions.includes("administer") ?? false;
  const section = SECTIONS.find((one) => one === rest[0]) ?? "works";
  const Shown = SHOWN[section];
  const { utility } = network;
  return (
    <div class="settings-page">
      <nav class="tabs" aria-label={text.settings.heading}>
        {SECTIONS.map((one) => (
          <a
            key={one}
            href={hrefOf(one === "works" ? ["settings"] : ["settings", one])}
            aria-current={one === section ? "page" : undefined}
          >
            {text.settings.sections[one]}
          </a>
        ))}
      </nav>
      {section === "works" || mayAdminister ? (
        <Shown utility={utility} timeZone={utility.districts[0]?.timeZone ?? "UTC"} />
      ) : (
        <section class="panel">
          <p role="note">{text.settings.adminsOnly}</p>
        </section>
      )}
    </div>
  );
}
