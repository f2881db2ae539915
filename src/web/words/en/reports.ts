/** English: the page Reports. */
export const REPORTS = {
  reports: {
    heading: "Reports",
  },
};
