/** English: the tour of the pages. */
export const TOUR = {
  tour: {
    heading: "Tour",
    step: "{step} of {steps}.",
    next: "Next",
    back: "Back",
    end: "End of the tour",
    dismiss: "No tour, thank you",
    goOn: "Go on with the tour",
    topics: {
      live: "This is an invented town whose water is simulated; everything else is real. Meters report over OPC UA, an edge agent and MQTT, and what you see changes as they do. This mark says whether the page is live.",
      nights:
        "When people sleep, most of what still flows is leakage. Each row is a district: its last minimum night flow, what of it is excess, and the thirty nights before.",
      leak: "{district} leaks. The alarm says how much, since when, what it costs and why it is no sensor fault; its page shows where the leak may be. Open it with Enter, acknowledge it with A.",
      sensor:
        "{sensor} shows the same number again and again. That is a sensor fault and is told as one: it raises no leak, and no night is judged by it.",
      intermittent:
        "{district} has water only at some hours of the day. A night without pressure says nothing about leaks, so it is not assessed, and the reason is given.",
      onward:
        "The other pages hold districts, history, sensors, reports and settings. To train on a town that breaks, run nightflow train.",
    },
  },
};
