/* Which notices are for this moment, on an exported page, and on that of the search for an answer. It stands right
   behind them and is waited for: they are there before the page below them is painted, which so never moves. */
"use strict";
(() => {
  const now = Date.now();
  const bands = [...document.querySelectorAll(".notices")].map((band) => [band, [...band.querySelectorAll(".notice")]]);
  const isForNow = ({ dataset: { start, end } }) => !(start && now < Date.parse(start)) && !(end && now >= Date.parse(end));

  /* As partials/notices.html folds them: the first stays a line, and so does whatever else is critical. */
  const fold = (more, [, ...others]) => {
    const folded = others.filter((notice) => !notice.matches(".notice-critical"));
    more.hidden = !folded.length;
    if (more.hidden) return;
    more.querySelector("summary").textContent = JSON.parse(more.dataset.counts)[folded.length - 1];
    more.querySelector("ul").append(...folded);
  };
  const show = (concerns) => {
    for (const [band, notices] of bands) {
      const shown = notices.filter((notice) => isForNow(notice) && concerns(notice));
      const more = band.querySelector("[data-counts]");
      band.querySelector("ul").append(...notices); // out of an earlier fold
      notices.forEach((notice) => { notice.hidden = !shown.includes(notice); });
      band.hidden = !shown.length;
      if (more) fold(more, shown);
    }
  };

  /* Those that stand above an answer in `topic`, as Notice.concerns in kb/model.py has it. */
  window.helpCenterNotices = (topic) => show(({ classList, dataset }) => classList.contains("notice-critical")
    || JSON.parse(dataset.topics).some((one) => topic === one || topic.startsWith(`${one}/`)));
  show(() => true);
})();
