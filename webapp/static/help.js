/* What JavaScript adds; every page works without it. */
(() => {
  "use strict";

  /* Ctrl+K or Cmd+K goes to the search box, which says so. */
  const query = document.getElementById("search-query");
  const onMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const key = document.querySelector(".search-box-key");
  if (key) {
    key.textContent = onMac ? "⌘ K" : "Ctrl K";
    key.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    if (query && (onMac ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      query.focus();
      query.select();
    }
  });

  /* The Help menu closes with Escape, and when something outside it is used. */
  const menu = document.querySelector(".topic-menu");
  if (menu) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    const closeWhenOutside = (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    };
    document.addEventListener("click", closeWhenOutside);
    document.addEventListener("focusin", closeWhenOutside);
  }

  /* Copy buttons appear where the browser can copy, and say that they did. */
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copies);
      const status = button.parentElement.querySelector("[role=status]");
      try {
        await navigator.clipboard.writeText(source.value);
        status.textContent = button.dataset.copied;
      } catch {
        source.select();
        status.textContent = button.dataset.selected;
      }
    });
  }
  for (const link of document.querySelectorAll(".heading-link")) {
    link.addEventListener("click", () => {
      navigator.clipboard.writeText(link.href).catch(() => {});
    });
  }
})();
