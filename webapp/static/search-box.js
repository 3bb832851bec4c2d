/* Search as you type: the search form as a combobox (WAI-ARIA 1.2, list autocomplete, nothing preselected).

   Suggestions come from window.helpCenterSuggest(text), a promise of [{text, title, url}], where the page
   defines it (the offline help center does), else from the address in data-suggest. All words come from the
   page. Recent searches stay in this browser. */
(() => {
  "use strict";

  const DEBOUNCE_MS = 150;
  const LEAST_LENGTH = 2;
  const RECENT_KEY = "help-center-searches";
  const RECENT_COUNT = 5;
  const EDGE_PX = 12;
  const ROW_PX = 44;
  const LEAST_ROOM_PX = 5 * ROW_PX;

  const form = document.querySelector(".search-box");
  if (!form) return;
  const input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  const rows = form.querySelector("template").content;
  const counts = JSON.parse(status.dataset.counts);
  const orderNumbers = JSON.parse(form.dataset.orderNumbers || "null");

  let asked = 0; // counts questions, so that an answer to an earlier one is dropped
  let timer = 0;
  let shownFor = null; // the text that the open list belongs to

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  /* --- What the list shows ------------------------------------------------------------------------- */

  function row(kind, text, of, href) {
    const found = rows.querySelector(`[data-kind=${kind}]`);
    if (!found) return null;
    const option = found.cloneNode(true);
    if (text) option.querySelector(".option-text").textContent = text;
    if (of) option.querySelector(".option-of").textContent = of;
    if (href) option.href = href;
    return option;
  }

  function withParameter(option, name, value) {
    if (option) option.href = `${option.getAttribute("href")}?${name}=${encodeURIComponent(value)}`;
    return option;
  }

  /* A heading is the shop's own words, with its article's title below; a question is a customer's, and stands below. */
  function suggestionRow({ text, title, url }) {
    if (url.includes("#")) return row("section", text, title === text ? "" : title, url);
    return row("article", title, title === text ? "" : text, url);
  }

  function orderNumber(text) {
    if (!orderNumbers) return "";
    const { returns } = orderNumbers;
    const [number = ""] = window.helpCenterNumbers(orderNumbers, text);
    return returns && number.startsWith(returns) ? "" : number; // returns' look like orders'
  }

  const isOrderNumber = (text) => orderNumber(text) && new RegExp(orderNumbers.alone, "u").test(text);

  function orderRow(text) {
    const number = orderNumber(text);
    const option = number && withParameter(row("order"), "number", number);
    if (option) option.querySelector(".option-number").textContent = number;
    return option;
  }

  function showSuggestions(text, suggestions) {
    const order = orderRow(text);
    const options = [order, ...suggestions.map(suggestionRow)].filter(Boolean);
    const count = options.length;
    show(text, [...options, withParameter(row("contact"), "q", text)]);
    announce(counts[Math.min(count, counts.length - 1)]);
  }

  function showRecent() {
    const searches = recent();
    if (!searches.length) return close();
    const options = searches.map((search) => withParameter(row("recent", search), "q", search));
    show("", [...options, row("clear")]);
    announce(status.dataset.recent);
  }

  function show(text, options) {
    options.forEach((option, place) => {
      option.id = `${list.id}-${place}`;
      option.setAttribute("aria-selected", "false");
    });
    list.replaceChildren(...options);
    list.scrollTop = 0;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", "true");
    list.hidden = false;
    shownFor = text;
    fit();
  }

  function close() {
    asked += 1;
    window.clearTimeout(timer);
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    announce("");
    shownFor = null;
  }

  const isOpen = () => !list.hidden;

  function announce(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  /* On a phone the keyboard covers the page's lower part: the list ends where it begins, and the page moves
     up where that leaves too little. */
  function fit() {
    if (!isOpen()) return;
    if (room() < LEAST_ROOM_PX) form.scrollIntoView({ block: "start", behavior: "instant" });
    list.style.setProperty("--room", `${Math.max(room(), ROW_PX)}px`);
  }

  function room() {
    const view = window.visualViewport;
    const bottom = view ? view.offsetTop + view.height : window.innerHeight;
    return bottom - list.getBoundingClientRect().top - EDGE_PX;
  }

  /* --- Where suggestions come from ------------------------------------------------------------------ */

  function ask() {
    window.clearTimeout(timer);
    const text = input.value.trim();
    if (!text) return showRecent();
    if (text.length < LEAST_LENGTH || shownFor === "") close(); // recent searches are no suggestions for it
    if (text.length < LEAST_LENGTH) return;
    const number = (asked += 1);
    timer = window.setTimeout(async () => {
      const found = await suggestions(text).catch(() => []); // without an answer there is still a person
      if (number === asked && document.activeElement === input) showSuggestions(text, found);
    }, DEBOUNCE_MS);
  }

  async function suggestions(text) {
    if (isOrderNumber(text)) return []; // no article tells of one order
    if (window.helpCenterSuggest) return window.helpCenterSuggest(text);
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
    return answer.ok ? (await answer.json()).suggestions : [];
  }

  /* --- Recent searches: in this browser only, and never what looks like somebody's number or address -- */

  function recent() {
    try {
      const kept = JSON.parse(localStorage.getItem(RECENT_KEY) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, RECENT_COUNT) : [];
    } catch {
      return [];
    }
  }

  function remember(text) {
    if (!text || text.includes("@") || /\d(\D?\d){4}/.test(text)) return;
    const others = recent().filter((one) => one.toLowerCase() !== text.toLowerCase());
    store([text, ...others].slice(0, RECENT_COUNT));
  }

  function store(searches) {
    try {
      if (searches.length) localStorage.setItem(RECENT_KEY, JSON.stringify(searches));
      else localStorage.removeItem(RECENT_KEY);
    } catch {
      /* storage is full or forbidden: searches work without a memory */
    }
  }

  /* --- Keys, clicks, focus -------------------------------------------------------------------------- */

  const options = () => [...list.children];
  const active = () => document.getElementById(input.getAttribute("aria-activedescendant") || "");

  function activate(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    if (!isOpen()) return ask();
    const all = options();
    const at = all.indexOf(active());
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
    activate(all[next]);
  }

  function escape(event) {
    event.preventDefault(); // a search field would clear itself at once
    if (isOpen()) return close();
    input.value = "";
    close();
  }

  const KEYS = {
    ArrowDown: (event) => (event.preventDefault(), move(1)),
    ArrowUp: (event) => (event.preventDefault(), event.altKey ? close() : move(-1)),
    Escape: escape,
    Enter: (event) => {
      const option = isOpen() && active();
      if (!option) return;
      event.preventDefault();
      option.click();
    },
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (Object.hasOwn(KEYS, event.key)) KEYS[event.key](event);
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) activate(null);
  });
  input.addEventListener("input", ask);
  input.addEventListener("focus", () => {
    if (!input.value.trim()) showRecent();
  });
  input.addEventListener("click", () => {
    if (!isOpen() && !input.value.trim()) showRecent();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", () => {
    remember(input.value.trim());
    close();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (option.dataset.kind === "clear") {
      store([]);
      return close();
    }
    remember(shownFor);
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) close();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("resize", fit);
  if (window.visualViewport) {
    window.visualViewport.addEventListener("resize", fit);
    window.visualViewport.addEventListener("scroll", fit);
  }

  /* Ctrl+K or Cmd+K goes to the search box, which says so. */
  const onMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const key = form.querySelector(".search-box-key");
  key.textContent = onMac ? "⌘ K" : "Ctrl K";
  key.hidden = false;
  document.addEventListener("keydown", (event) => {
    const pressed = (onMac ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey;
    if (pressed && event.key.toLowerCase() === "k") {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
})();
