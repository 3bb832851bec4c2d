/* The search page of an export: reads the address, asks the search, fills in the page the server would show. */
(() => {
  "use strict";

  const page = window.helpCenterPage;
  const { queryLength, pageSize } = document.currentScript.dataset;
  const PAGE = "700002", LAST = "700005"; // as webapp/offline.py writes them
  const main = document.getElementById("main");
  const topics = new Map([...document.querySelectorAll("template[data-topic]")].map((one) => [one.dataset.topic, one.dataset.title]));

  document.querySelector("[data-without-javascript]").remove();
  document.querySelector("[data-with-javascript]").hidden = false;

  const read = () => {
    const asked = new URLSearchParams(location.search);
    const typed = (asked.get("q") || "").split(/\s+/).filter(Boolean).join(" ");
    const letters = [...typed]; // as the server counts them: an emoji is one
    const wanted = asked.get("topic") || "";
    const number = /^\d{1,5}$/.test(asked.get("page") || "") ? Math.max(1, Number(asked.get("page"))) : 1;
    return {
      query: letters.slice(0, queryLength).join("").trim(),
      words: typed,
      wasCut: letters.length > queryLength,
      topic: topics.has(wanted) ? wanted : "",
      unknownTopic: topics.has(wanted) ? "" : wanted,
      number,
    };
  };

  const address = (query, topic, number) => {
    const asked = new URLSearchParams({ q: query, ...(topic && { topic }), ...(number > 1 && { page: number }) });
    return new URL(`search.html?${asked}`, page.root).href;
  };

  const longDay = (iso) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));

  const result = (template, found) => {
    const row = template.cloneNode(true);
    const snippet = row.querySelector(".result-snippet");
    const title = topics.get(found.topic) || "";
    if (!found.anchor) row.querySelector(".result-section")?.remove();
    const time = row.querySelector("time");
    if (found.updated) {
      time.dateTime = found.updated;
      time.textContent = longDay(found.updated);
    } else {
      time.parentElement.remove();
    }
    page.fill(row, { ...found, topic_title: title });
    if (!title) row.querySelector(".result-facts > span:first-child")?.remove();
    row.querySelector(".card-title a").href = page.pageOf(found.url);
    snippet.innerHTML = found.snippet; // escaped text with <mark>, as kb/search/snippets.py promises
    return row;
  };

  /* Puts the best answer's section in place of its snippet; without one the snippet stays. */
  const showSection = (row, found, section) => {
    const excerpt = row.querySelector(".result-excerpt");
    if (!section) {
      excerpt.remove();
      return;
    }
    const [shown, folded] = excerpt.querySelectorAll(".prose");
    shown.replaceChildren(...section.shown);
    folded.replaceChildren(...section.folded);
    if (!section.folded.length) excerpt.querySelector(".result-more").remove();
    if (!found.heading) excerpt.querySelector(".result-heading").remove();
    row.querySelectorAll(".result-snippet, .result-section").forEach((part) => part.remove());
  };

  /* The first few, and behind the way to a person the others. */
  const showResults = (list, later, rows) => {
    const early = Number(list.dataset.shown ?? rows.length);
    list.append(...rows.slice(0, early));
    later?.append(...rows.slice(early));
    if (rows.length <= early) later?.remove();
  };

  /* What goes with the best answer that is no result itself. */
  const showRelated = (also, found, related) => {
    const results = found.results.map(({ slug }) => page.pageOf(`/articles/${slug}`));
    const others = related.filter((row) => !results.includes(row.querySelector("a").href));
    also.querySelector("ul").replaceChildren(...others);
    if (!others.length) also.remove();
  };

  /* Takes out the rows of a list, which are templates of what it will show: [list, its rows]. */
  const emptied = (list) => {
    const rows = list ? [...list.children] : [];
    rows.forEach((row) => row.remove());
    return [list, rows];
  };

  const showFilters = ([list, [all, one]], found, asked) => {
    if (!list) return;
    const inTopic = new Map(found.topics);
    const firstLevel = asked.topic.split("/")[0];
    const counts = [...topics.keys()].filter((path) => inTopic.get(path))
      .sort((one, other) => (other === firstLevel) - (one === firstLevel)); // as webapp/search.py has it
    if (!counts.length || (counts.length === 1 && !asked.topic)) {
      list.closest("nav").remove();
      return;
    }
    const row = (template, path, count) => {
      const shown = template.cloneNode(true);
      page.fill(shown, { topic_title: topics.get(path) || "" });
      const link = shown.querySelector("a");
      link.href = address(asked.query, path, 1);
      link.toggleAttribute("aria-current", false);
      if (path === firstLevel) link.setAttribute("aria-current", "true");
      shown.querySelector(".topic-filter-count").textContent = count;
      return shown;
    };
    const everything = asked.topic ? counts.reduce((sum, path) => sum + inTopic.get(path), 0) : found.total;
    list.append(row(all, "", everything), ...counts.map((path) => row(one, path, inTopic.get(path))));
  };

  const showPages = (node, found, asked) => {
    const nav = node.querySelector(".page-links");
    const last = Math.max(1, Math.ceil(found.total / pageSize));
    if (!nav) return;
    if (last === 1) {
      nav.remove();
      return;
    }
    const [previous, next] = [nav.querySelector("[rel=prev]"), nav.querySelector("[rel=next]")];
    const says = nav.querySelector("span");
    says.textContent = says.textContent.replace(LAST, last).replace(PAGE, asked.number);
    if (asked.number > 1) previous.href = address(asked.query, asked.topic, asked.number - 1);
    else previous.remove();
    if (asked.number < last) next.href = address(asked.query, asked.topic, asked.number + 1);
    else next.remove();
  };

  const showCount = (node, found, asked) => {
    const form = new Intl.PluralRules(document.documentElement.lang).select(found.total);
    const count = document.querySelector(`template[data-count="${form}"]`) || document.querySelector('template[data-count="other"]');
    const line = node.querySelector("[data-count-line]");
    if (!line || !count) return;
    const text = asked.topic ? count.dataset.textInTopic : count.dataset.text;
    line.textContent = text.replace(count.dataset.number, found.total);
  };

  const showNearest = ([list, [row]], found) => {
    const named = ({ title, url }) => {
      const shown = row.cloneNode(true);
      const link = shown.querySelector("a");
      [link.textContent, link.href] = [title, page.pageOf(url)];
      return shown;
    };
    list?.append(...found.near.map(named));
  };

  const show = async (found, asked) => {
    const inTopic = asked.topic ? "[data-in-topic]" : ":not([data-in-topic])";
    const template = document.querySelector(`template[data-state="${found.verdict}"]${inTopic}`);
    const node = document.createElement("div");
    node.append(template.content.cloneNode(true));
    const typed = asked.words.normalize("NFKC");
    const contact = await page.contactData();
    const order = page.contact.orderNumber(contact, typed);
    const onlyOrder = order && node.querySelector("[data-when=only-order]") && page.contact.asksWhere(contact, typed);
    const wantsPerson = page.contact.asksForPerson(contact, typed);
    const flags = {
      suggestion: found.suggestion, cut: asked.wasCut, "unknown-topic": asked.unknownTopic, order,
      "only-order": onlyOrder, "no-order": !onlyOrder, person: wantsPerson, "no-person": !wantsPerson, question: !onlyOrder && !wantsPerson,
      nearest: !onlyOrder && !wantsPerson && found.near.length,
    };
    for (const part of node.querySelectorAll("[data-when]")) if (!flags[part.dataset.when]) part.remove();
    const [results, nearby, filters] = [".results", ".nearest ul", ".topic-filters ul"].map((list) => emptied(node.querySelector(list)));
    const values = { query: asked.query, suggestion: found.suggestion || "", topic: asked.topic, topic_title: topics.get(asked.topic) || "", unknown_topic: asked.unknownTopic, number: order };
    showCount(node, found, asked);
    page.fill(node, values); // before there are titles in it, which may look like tokens
    const best = found.verdict === "answered" && asked.number === 1 ? found.results[0] : null;
    const [list, [first, other]] = results;
    if (list) showResults(list, node.querySelector(".results-later"), found.results.map((one) => result(one === best ? first : other, one)));
    const section = best && await page.excerpt(best).catch(() => null);
    if (best) showSection(list.firstElementChild, best, section);
    const also = node.querySelector(".also");
    if (also) showRelated(also, found, section?.related || []);
    showNearest(nearby, found);
    showFilters(filters, found, asked);
    showPages(node, found, asked);
    if (found.verdict !== "answered" || wantsPerson) {
      const tried = await page.contact.readHere();
      await page.contact.showWay(node, { query: asked.words, topic: asked.topic, tried });
    }
    document.title = template.dataset.title.replace(/__query__/g, () => asked.query);
    if (found.verdict === "answered") window.helpCenterNotices?.(found.topic);
    main.dataset.verdict = found.verdict;
    main.dataset.results = found.total;
    main.replaceChildren(...node.childNodes);
    window.helpCenterTables();
    const { href: contactUs } = new URL("contact.html", page.root);
    const about = new URLSearchParams({ q: asked.words, ...(asked.topic && { topic: asked.topic }) });
    for (const link of document.links) if (link.href.split("?")[0] === contactUs) link.href = `${contactUs}?${about}`;
    if (!navigator.clipboard) main.querySelectorAll("[data-copies]").forEach((button) => { button.hidden = true; });
  };

  /* The browser looked for the part that the address names when it was not there yet. Of somebody who comes back or
     reloads, it finds the place by itself. */
  const goToPart = () => {
    const [{ type }] = performance.getEntriesByType("navigation");
    if (type === "navigate" && location.hash) location.replace(location.hash);
  };

  const run = async () => {
    const asked = read();
    if (!asked.query) return;
    document.getElementById("search-query").value = asked.query;
    main.setAttribute("aria-busy", "true");
    try {
      const found = await (await page.search()).search(asked.query, { topic: asked.topic, page: asked.number });
      const last = Math.max(1, Math.ceil(found.total / pageSize));
      if (asked.number > last) location.replace(address(asked.query, asked.topic, last));
      else await show(found, asked).then(goToPart);
    } catch {
      location.replace(new URL(`contact.html?${new URLSearchParams({ q: asked.query })}`, page.root));
    } finally {
      main.removeAttribute("aria-busy");
    }
  };

  run();
})();
