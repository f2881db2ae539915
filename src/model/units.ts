/** Units that enter and the one unit inside for each quantity. Conversion happens where data enters, nowhere else. */
export type Quantity = "flow" | "pressure" | "level" | "volume";

/** The one unit inside, per quantity. */
export const UNIT_OF: Readonly<Record<Quantity, string>> = {
  flow: "m3/h",
  pressure: "m",
  level: "m",
  volume: "m3",
};

/** Factor from the named unit to the unit inside. Water at 1000 kg/m3 and g = 9.80665 m/s2. */
const FACTORS: Readonly<Record<Quantity, Readonly<Record<string, number>>>> = {
  flow: {
    "m3/h": 1,
    "m3/s": 3600,
    "m3/d": 1 / 24,
    "L/s": 3.6,
    "L/min": 0.06,
    "L/h": 0.001,
    "ML/d": 1000 / 24,
    "gal/min": 0.227124707,
  },
  pressure: {
    m: 1,
    bar: 10.19716213,
    kPa: 0.1019716213,
    Pa: 0.0001019716213,
    MPa: 101.9716213,
    psi: 0.703069579,
  },
  level: { m: 1, cm: 0.01, mm: 0.001, ft: 0.3048 },
  volume: { m3: 1, L: 0.001, ML: 1000, gal: 0.003785411784 },
};

export const QUANTITIES = Object.keys(FACTORS) as readonly Quantity[];

export function unitsOf(quantity: Quantity): readonly string[] {
  return Object.keys(FACTORS[quantity]);
}

/** The factor that turns a reading in `unit` into the unit inside, or undefined when the unit is not of the quantity. */
export function factorToInside(quantity: Quantity, unit: string): number | undefined {
  return FACTORS[quantity][unit];
}
