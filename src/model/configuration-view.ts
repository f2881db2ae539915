/** The configuration as an admin reads it on the page: its files, what is wrong with them now, and whether the centre runs on them. */
import type { ConfigFault } from "./checked-yaml.ts";

export interface ConfigurationFile {
  readonly name: string;
  /** Secrets are left out. */
  readonly text: string;
  /** Since the centre started. */
  readonly changed: boolean;
}

export interface ConfigurationView {
  readonly files: readonly ConfigurationFile[];
  /** As `nightflow check` would tell them now; file names without their folder. */
  readonly faults: readonly ConfigFault[];
}
