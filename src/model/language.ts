/** The languages in which people are told of alarms. */
export const LANGUAGES = ["en", "fr", "sw"] as const;

export type Language = (typeof LANGUAGES)[number];
