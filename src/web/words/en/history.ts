/** English: the page History. */
export const HISTORY = {
  history: {
    heading: "History",
  },
};
