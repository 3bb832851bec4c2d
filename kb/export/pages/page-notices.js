/* Which notices are for this moment, on an exported page. It stands right behind them and is waited for: they are
   there before the page below them is painted, which so never moves. */
"use strict";
(() => {
  const now = Date.now();
  for (const notice of document.querySelectorAll(".notice[data-start]")) {
    const { start, end } = notice.dataset;
    notice.hidden = (start && now < Date.parse(start)) || (end && now >= Date.parse(end));
  }
  for (const band of document.querySelectorAll(".notices")) band.hidden = !band.querySelector(".notice:not([hidden])");
})();
