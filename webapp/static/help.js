/* What JavaScript adds; every page works without it. */
(() => {
  "use strict";

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

  /* The numbers of orders and returns in a text, as kb/contact/numbers.py finds them: for the search box, and for
     the pages of an export. */
  window.helpCenterNumbers = ({ anywhere, alone, joints: [first, ...others] }, text) => {
    const whole = new RegExp(alone, "u").exec(text);
    const found = whole ? [whole] : [...text.matchAll(new RegExp(anywhere, "gu"))];
    return found.map((one) => first + others.map((joint, at) => one[at + 1].toUpperCase() + joint).join(""));
  };

  /* What stays in this tab; storage may be forbidden. */
  const kept = (name) => {
    try {
      return sessionStorage.getItem(name) || "";
    } catch {
      return "";
    }
  };
  const keep = (name, value) => {
    try {
      sessionStorage.setItem(name, value);
    } catch {
      /* see above */
    }
  };

  /* The articles read in this visit go with the link to Contact us or to its form, for the message to name them.
     They stay in this tab until then; where storage is forbidden, the message names the last one alone. What was
     searched for goes along from the article that was chosen among the results. */
  const [READ, ASKED] = ["articles-read", "asked"];
  const readArticles = () => kept(READ).split(",").filter(Boolean);
  window.helpCenterRead = readArticles; // for the pages of an export, which prepare messages themselves
  const { slug, mostRead } = document.querySelector("main article[data-slug]")?.dataset || {};
  if (slug && parent === window) keep(READ, [...readArticles().filter((one) => one !== slug), slug].slice(-mostRead).join(","));
  const main = document.getElementById("main");
  main.addEventListener("click", (event) => {
    if (!main.dataset.verdict) return;
    const [, chosen] = event.target.closest("a[href]")?.pathname.match(/\/articles\/([^/]+?)(?:\.html)?$/) || [];
    const words = new URLSearchParams(location.search).get("q");
    if (chosen && words) keep(ASKED, JSON.stringify({ about: decodeURIComponent(chosen), words }));
  });
  const withAll = (href) => {
    const address = new URL(href, location.href);
    const read = readArticles();
    if (read.length) address.searchParams.set("tried", read.join(","));
    const { about, words } = JSON.parse(kept(ASKED) || "{}");
    const isAbout = about && address.searchParams.get("article") === about;
    if (isAbout && !address.searchParams.has("q")) address.searchParams.set("q", words);
    return address;
  };
  const takeAlong = (event) => {
    const link = event.target.closest("a[href]");
    if (link?.origin !== location.origin) return;
    if (/\/(contact(\.html)?|requests\/new)$/.test(link.pathname)) link.href = withAll(link.href);
  };
  addEventListener("click", takeAlong);
  addEventListener("auxclick", takeAlong);

  /* A message prepared in place, after a search or a No, names them too: as Contact us has it. */
  const nameArticlesRead = async (prepared) => {
    const answer = await fetch(withAll(prepared.dataset.contact));
    if (!answer.ok) return;
    const contact = new DOMParser().parseFromString(await answer.text(), "text/html");
    prepared.querySelector("textarea").value = contact.querySelector("#prepared-message").value;
    const letters = 'main a[href^="mailto:"]';
    const hrefs = new Map([...contact.querySelectorAll(letters)].map((link) => [link.pathname, link.href]));
    for (const link of document.querySelectorAll(letters)) link.href = hrefs.get(link.pathname) || link.href;
  };
  const prepared = document.querySelector("[data-contact]");
  if (prepared && readArticles().length) nameArticlesRead(prepared).catch(() => {});

  /* Collapsed parts of an article are opened for paper, then closed again. */
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("main details:not([open], .channel-more)")];
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of unfolded) part.open = false;
  });

  /* A table is a stop of the Tab key only while it can be scrolled. */
  const tableSizes = new ResizeObserver((changes) => {
    for (const { target: table } of changes) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    }
  });
  window.helpCenterTables = () => { // for the pages of an export, which put tables into a page later
    for (const table of document.querySelectorAll(".table-scroll")) tableSizes.observe(table);
  };
  window.helpCenterTables();

  /* The contents stand open beside the text, and mark the section that is being read. */
  const contents = document.querySelector(".contents");
  if (contents) {
    const fold = contents.querySelector("details");
    const wide = matchMedia("(min-width: 64em)");
    const unfold = () => { fold.open = wide.matches; };
    wide.addEventListener("change", unfold);
    unfold();

    const headingOf = (link) => document.getElementById(link.getAttribute("href").slice(1));
    const links = [...contents.querySelectorAll("a")].filter(headingOf);
    const headings = links.map(headingOf);
    const mark = (place) => {
      for (const [index, link] of links.entries()) {
        if (index === place) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      const link = links[place];
      if (link && contents.scrollHeight > contents.clientHeight) {
        const middle = link.offsetTop - (contents.clientHeight - link.offsetHeight) / 2;
        contents.scrollTo({ top: middle, behavior: "instant" });
      }
    };
    /* Read is what lies below the last heading above this line. */
    const line = () => innerHeight * 0.3;
    const markRead = () => mark(headings.findLastIndex((heading) => heading.getBoundingClientRect().top <= line()));
    const observer = new IntersectionObserver(markRead, { rootMargin: "0px 0px -70% 0px" });
    for (const heading of headings) observer.observe(heading);
    /* A section too near the end to come up that far is marked when its link was used. */
    for (const [index, link] of links.entries()) {
      link.addEventListener("click", () => setTimeout(() => {
        const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
        if (atEnd) mark(index);
      }, 400));
    }
  }

  /* Copying: buttons stand from the first paint, leave where the browser can't copy, and one place says that they did. */
  const announcer = document.querySelector(".announcer");
  const announce = (words) => {
    announcer.textContent = "";
    requestAnimationFrame(() => { announcer.textContent = words; });
    clearTimeout(announce.timer);
    announce.timer = setTimeout(() => { announcer.textContent = ""; }, 6000);
  };
  const share = document.querySelector("[data-shares]");
  if (!navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copies], [data-shares]")) button.hidden = true;
    return;
  }
  /* On a phone, its own menu shares a link; elsewhere it is copied. */
  const canShare = share && navigator.share && matchMedia("(pointer: coarse)").matches;
  const shareLink = (url) => navigator.share({ title: document.title, url }).catch(() => {});
  if (canShare) share.querySelector("span").textContent = share.dataset.shares;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copies);
    if (canShare && button === share) return shareLink(source.value);
    const status = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(source.value);
      status.textContent = button.dataset.copied;
    } catch {
      source.select();
      status.textContent = button.dataset.selected;
    }
  });
  const copies = (element, text, said) => element.addEventListener("click", () => {
    navigator.clipboard.writeText(text()).then(() => announce(said), () => {});
  });
  const button = document.querySelector("template.copy-code-button");
  if (!button) return;
  const said = button.dataset;
  for (const link of document.querySelectorAll(".heading-link")) copies(link, () => link.href, said.linkCopied);
  for (const block of document.querySelectorAll(".prose pre")) {
    const code = block.textContent;
    block.prepend(button.content.firstElementChild.cloneNode(true));
    copies(block.firstElementChild, () => code, said.codeCopied);
  }
  const address = document.querySelector("link[rel=canonical]").href;
  if (canShare) share.addEventListener("click", () => shareLink(address));
  else copies(share, () => address, said.linkCopied);
})();
