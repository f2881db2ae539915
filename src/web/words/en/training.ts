/** English: the page Training. */
export const TRAINING = {
  training: {
    heading: "Training",
  },
};
