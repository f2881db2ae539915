/** What every part of the exercise's page is given. */
import type { TrainingAction, TrainingView } from "../../model/training.ts";
import type { Utility } from "../../model/utility.ts";

export interface PartProps {
  readonly training: TrainingView;
  readonly utility: Utility;
  readonly timeZone: string;
  readonly act: (action: TrainingAction) => void;
}

export function districtName(utility: Utility, id: string): string {
  return utility.districts.find((district) => district.id === id)?.name ?? id;
}
