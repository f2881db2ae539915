/** English: the tour of the pages. */
export const TOUR = {
  tour: {
    heading: "Tour",
  },
};
