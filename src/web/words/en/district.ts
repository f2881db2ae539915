/** English: the page District. */
export const DISTRICT = {
  district: {
    heading: "District",
  },
};
