/* On every page of an export: finds its way about the folder, shows what is open, searches while somebody
   types, and keeps a copy for when there is no network. Texts come from the page's templates. */
(() => {
  "use strict";

  /* The name of the frame in which a page tells what it shows, and does no more (page-excerpt.js). */
  const TELLS_ITS_HTML = "tells-its-html";
  if (window.name === TELLS_ITS_HTML) {
    parent.postMessage(document.getElementById("main").innerHTML, "*");
    return;
  }

  const root = new URL("../", document.currentScript.src);
  const scripts = new Map();

  /* A classic script from the export, loaded once: modules and fetch fail on file://. */
  const load = (path) => {
    if (!scripts.has(path)) {
      scripts.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(path, root);
        script.onload = resolve;
        script.onerror = () => {
          scripts.delete(path);
          reject(new Error(`${path} could not be loaded`));
        };
        document.head.append(script);
      }));
    }
    return scripts.get(path);
  };

  /* What a script sets, which is loaded when it is first needed. */
  const setBy = (path, name) => async () => {
    await load(path);
    return window[name];
  };
  const search = setBy("offline/search/search.js", "helpCenterSearch");
  const contactData = setBy("offline/contact.js", "helpCenterContact");
  const articles = setBy("offline/articles.js", "helpCenterArticles");

  /* The page for a server's address such as /articles/a-slug#a-heading. */
  const pageOf = (address) => {
    const [path, anchor] = address.split("#");
    const file = path.split("/").map(encodeURIComponent).join("/").replace(/^\//, "");
    return new URL(file + ".html" + (anchor ? "#" + encodeURIComponent(anchor) : ""), root).href;
  };

  /* Puts values where a template has tokens like __query__, percent-encoded within addresses. */
  const fill = (node, values) => {
    const put = (text, write) => text.replace(/__([a-z_]+?)__/g, (token, name) => (Object.hasOwn(values, name) ? write(values[name]) : token));
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let at = walker.currentNode; at; at = walker.nextNode()) {
      if (at.nodeType === Node.TEXT_NODE) {
        at.data = put(at.data, String);
      } else if (at.nodeType === Node.ELEMENT_NODE) {
        for (const attribute of at.attributes) {
          const isAddress = attribute.name === "href" || attribute.name === "action";
          if (attribute.value.includes("__")) attribute.value = put(attribute.value, isAddress ? encodeURIComponent : String);
        }
      }
    }
    return node;
  };

  const words = document.querySelector('template[data-words="status"]').dataset;
  const language = document.documentElement.lang;
  const MINUTE = 60000;
  const LAST_DAYS = 60;

  const format = (options, zone, moment) => new Intl.DateTimeFormat(language, { ...options, timeZone: zone }).format(moment);

  /* Which day a moment falls on in a zone, in days since 1970. */
  const dayOf = (moment, zone) => {
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    return Date.parse(parts.format(moment)) / 86400000;
  };

  const when = (minute, now, zone) => {
    const moment = new Date(minute * MINUTE);
    const time = format({ timeStyle: "short" }, zone, moment);
    const ahead = dayOf(moment, zone) - dayOf(now, zone);
    if (ahead < 1) return time;
    if (ahead === 1) return words.tomorrow.replace("__time__", time);
    const day = format(ahead < 7 ? { weekday: "long" } : { month: "long", day: "numeric" }, zone, moment);
    return words.day.replace("__day__", day).replace("__time__", time);
  };

  /* Whether a channel is open: {isOpen, text, opens}, or an isOpen of null when the copy is too old to know. */
  const opening = (contact, channel, now) => {
    if (!channel.spans) return { isOpen: true, text: words.always };
    const minute = Math.floor(now / MINUTE);
    if (minute < contact.from || minute >= contact.until) return { isOpen: null, text: words.unknown };
    const late = contact.until - minute < LAST_DAYS * 1440; // nobody knows what comes after the end
    let end = contact.from;
    for (let at = 0; at < channel.spans.length; at += 2) {
      const begin = end + channel.spans[at];
      end = begin + channel.spans[at + 1];
      if (minute < begin) {
        const today = dayOf(new Date(begin * MINUTE), contact.zone) === dayOf(now, contact.zone);
        const says = channel.callsBack ? "calls" : today ? "today" : "later";
        const opens = when(begin, now, contact.zone);
        return { isOpen: false, text: words[says].replace("__time__", opens), opens };
      }
      if (minute < end) {
        if (end >= contact.until) {
          return late && begin > contact.from ? { isOpen: null, text: words.unknown } : { isOpen: true, text: words.always };
        }
        return { isOpen: true, text: words.open.replace("__time__", when(end, now, contact.zone)) };
      }
    }
    return channel.spans.length && late
      ? { isOpen: null, text: words.unknown }
      : { isOpen: false, text: words.closed };
  };

  /* What a card says of a channel that nobody is at: as webapp/cards.py has it. */
  const showClosed = (card, opens) => {
    const isFirst = card.matches(".channel-card-first");
    const button = card.querySelector(".button");
    if (!isFirst) card.querySelector(".channel-card-reason")?.remove();
    if (isFirst) button?.classList.add("button-quiet");
    if (opens && button?.dataset.later) button.firstElementChild.textContent = button.dataset.later.replace("__time__", opens);
  };

  /* Fills the chips below `node` that say whether a channel is open, and the cards that they stand on. */
  const showOpenings = async (node) => {
    const chips = node.querySelectorAll("[data-opening]");
    if (!chips.length) return;
    const contact = await contactData();
    const now = new Date();
    for (const chip of chips) {
      const channel = contact.channels.find((one) => one.id === chip.dataset.opening);
      const { isOpen, text, opens } = opening(contact, channel, now);
      chip.classList.toggle("chip-open", isOpen === true);
      chip.classList.toggle("chip-closed", isOpen !== true);
      chip.lastElementChild.textContent = text;
      chip.hidden = false;
      const card = chip.closest(".channel-card");
      if (card && isOpen === false && !channel.takesMessages) showClosed(card, opens);
    }
  };

  /* Where nothing is known of a problem, what can be used now comes first; short lists show the first few. */
  const orderByUse = async () => {
    for (const strip of document.querySelectorAll(".channel-strip, main .channel-cards")) {
      const contact = await contactData();
      const now = new Date();
      const usable = (row) => {
        const channel = contact.channels.find((one) => one.id === row.dataset.channel);
        return channel.takesMessages || opening(contact, channel, now).isOpen !== false;
      };
      const rows = [...strip.children];
      strip.append(...rows.filter(usable), ...rows.filter((row) => !usable(row)));
      const { shown = Infinity } = strip.dataset;
      [...strip.children].forEach((row, place) => { row.hidden = place >= Number(shown); });
    }
  };

  /* Over HTTP the help center can be installed and works without a network after one visit. */
  const keepCopy = async () => {
    if (!location.protocol.startsWith("http")) return;
    const manifest = document.createElement("link");
    manifest.rel = "manifest";
    manifest.href = new URL("site.webmanifest", root);
    document.head.append(manifest);
    if (!("serviceWorker" in navigator)) return;
    const { serviceWorker } = navigator;
    const keep = (worker) => {
      if (!navigator.connection?.saveData) worker?.postMessage("keep");
    };
    serviceWorker.addEventListener("controllerchange", () => keep(serviceWorker.controller));
    await serviceWorker.register(new URL("sw.js", root), { scope: root.pathname, updateViaCache: "none" });
    keep((await serviceWorker.ready).active); // which controls no page that began to load before it was there
  };

  window.helpCenterPage = { TELLS_ITS_HTML, root, load, search, contactData, articles, pageOf, fill, opening, showOpenings };

  window.helpCenterSuggest = async (text, limit) => {
    const found = await (await search()).suggest(text, limit);
    return found.map((one) => (one.url ? { ...one, url: pageOf(one.url) } : one));
  };

  const query = document.getElementById("search-query");
  query?.addEventListener("focus", () => search().catch(() => {}), { once: true });

  orderByUse().then(() => showOpenings(document)).catch(() => {});
  keepCopy().catch(() => {});
})();
