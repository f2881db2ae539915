/** Third-party devices' topics: which messages are whose, and where the reading stands in them. Pure. */

export interface DeviceTopic {
  /** MQTT filter with + and #; a level {sensor} matches as + does and names the sensor. */
  readonly topic: string;
  /** Needed when the topic has no {sensor}. */
  readonly sensor?: string | undefined;
  /** Dotted path in JSON, such as "data.value" or "readings.0.value"; the payload is a plain number or SenML when left out. */
  readonly valuePath?: string | undefined;
  /** To ISO text with zone or ms since 1970 UTC; the time of arrival when left out. */
  readonly timePath?: string | undefined;
  /** The unit inside of the sensor's quantity when left out. */
  readonly unit?: string | undefined;
  /** Which record of a SenML pack, base name and name; the only one when left out. */
  readonly senmlName?: string | undefined;
}

/** For every sensor, or for the one that is named. */
export function filterOf(device: DeviceTopic, sensor = "+"): string {
  return device.topic.replaceAll("{sensor}", sensor);
}

/** The sensor a message on this topic is about, or undefined when the topic does not match. */
export function sensorOnTopic(device: DeviceTopic, topic: string): string | undefined {
  const wanted = device.topic.split("/");
  const levels = topic.split("/");
  let sensor = device.sensor;
  for (const [i, level] of wanted.entries()) {
    if (level === "#") return sensor;
    const found = levels[i];
    if (found === undefined) return undefined;
    if (level === "{sensor}") sensor = found;
    else if (level !== "+" && level !== found) return undefined;
  }
  return levels.length === wanted.length ? sensor : undefined;
}

/** What stands at a dotted path in parsed JSON. */
export function atPath(json: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, key) => {
    return typeof found === "object" && found !== null && Object.hasOwn(found, key)
      ? (found as Record<string, unknown>)[key]
      : undefined;
  }, json);
}
