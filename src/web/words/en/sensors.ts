/** English: the page Sensors and agents. */
export const SENSORS = {
  sensors: {
    heading: "Sensors and agents",
  },
};
