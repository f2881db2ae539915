/** English: the page Settings. */
export const SETTINGS = {
  settings: {
    heading: "Settings",
  },
};
