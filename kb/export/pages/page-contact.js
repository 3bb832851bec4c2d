/* Who can help with a problem: the twin of kb/contact/routing.py and kb/contact/message.py in the browser,
   and the cards and the message that show it. */
(() => {
  "use strict";

  const page = window.helpCenterPage;
  const SUBJECT = 70;
  const SHOWN = 200;
  const LEEWAY = 5;

  /* Where the words of a phrase that begins at `begin` stand among `terms`, null where it does not; `gap` is what
     stands in a phrase for a few words between. */
  const places = ({ gap, gapWords }, phrase, terms, begin) => {
    const found = [];
    let between = 0;
    for (const word of phrase) {
      if (word === gap) {
        between = gapWords;
        continue;
      }
      const next = found.length ? found[found.length - 1] + 1 : begin;
      const at = terms.slice(next, next + between + 1).indexOf(word);
      if (at < 0) return null;
      found.push(next + at);
      between = 0;
    }
    return found;
  };

  /* The points of each rule that knows the problem, best first; a longer phrase hides those in it. */
  const matching = (contact, terms, topic, article) => {
    const known = contact.rules.map(() => new Set());
    const found = [];
    for (const [joined, rules] of Object.entries(contact.phrases)) {
      const phrase = joined.split(" ");
      for (let begin = terms.indexOf(phrase[0]); begin >= 0; begin = terms.indexOf(phrase[0], begin + 1)) {
        const at = places(contact, phrase, terms, begin);
        if (at) found.push([at, rules]);
      }
    }
    const hides = (more, less) => more.length > less.length && less.every((at) => more.includes(at));
    for (const [at, rules] of found) {
      if (found.some(([others]) => hides(others, at))) continue;
      for (const rule of rules) at.forEach((place) => known[rule].add(terms[place]));
    }
    const names = (paths) => paths.some((path) => topic === path || topic.startsWith(path + "/"));
    return contact.rules
      .map((rule, number) => ({
        rule,
        score: contact.points.word * rule.weight * known[number].size
          + contact.points.article * (article !== "" && rule.articles.includes(article))
          + contact.points.topic * (topic !== "" && names(rule.topics)),
      }))
      .filter(({ score }) => score)
      .sort((one, other) => other.score - one.score);
  };

  /* All channels, the best for the problem first: [{id, reason}]. */
  const routes = (contact, terms, topic, article, now) => {
    const points = new Map();
    const reasons = new Map();
    for (const { rule, score } of matching(contact, terms, topic, article)) {
      rule.channels.forEach(([channel, reason], place) => {
        points.set(channel, (points.get(channel) || 0) + score / (place + 1));
        if (!reasons.has(channel)) reasons.set(channel, reason);
      });
    }
    for (const [channel, reason] of contact.defaults) if (!reasons.has(channel)) reasons.set(channel, reason);
    const named = [...reasons.keys()];
    const standing = (channel) => {
      const usable = channel.takesMessages || page.opening(contact, channel, now).isOpen !== false;
      const place = named.indexOf(channel.id);
      return [!points.has(channel.id), !usable, -(points.get(channel.id) || 0), place < 0 ? named.length : place];
    };
    return contact.channels
      .map((channel) => ({ channel, stands: standing(channel) }))
      .sort((one, other) => {
        const differs = one.stands.findIndex((value, at) => value !== other.stands[at]);
        return differs < 0 ? 0 : Number(one.stands[differs]) - Number(other.stands[differs]);
      })
      .map(({ channel }) => ({ id: channel.id, reason: reasons.get(channel.id) || channel.goodFor }));
  };

  /* What routing asks about a query: its terms, and the topic of the best article for it, if it is of any use. */
  const nothing = { terms: [], topic: "" };
  const readQuery = async (query) => {
    const engine = await page.search();
    const { topic } = await engine.search(query);
    return { terms: await engine.routingTerms(query), topic };
  };

  const oneLine = (text) => text.replace(/[\p{C}\p{Z}]/gu, " ").split(" ").filter(Boolean).join(" ");

  const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];

  const isNumber = ({ orderNumbers }, text) => new RegExp(orderNumbers.alone, "u").test(text);
  const numbersIn = ({ orderNumbers }, text) => window.helpCenterNumbers(orderNumbers, text);
  const orderNumber = (contact, text) => {
    const { returns } = contact.orderNumbers;
    return numbersIn(contact, text).find((one) => !(returns && one.startsWith(returns))) || "";
  };

  /* Whether a text with an order number asks where that order is, and for nothing else. */
  const asksWhere = (contact, text) => {
    const others = isNumber(contact, text) ? "" : text.replace(new RegExp(contact.orderNumbers.anywhere, "gu"), " ");
    return wordsOf(others).every((word) => contact.whereWords.includes(word));
  };

  /* Whether a text asks for a person, and beside that tells nothing. */
  const asksForPerson = ({ personWords, besidePersonWords }, text) => {
    const words = wordsOf(text);
    const known = (word) => personWords.includes(word) || besidePersonWords.includes(word);
    return words.some((word) => personWords.includes(word)) && words.every(known);
  };

  /* The first of a long text as Jinja's truncate cuts it: at a word, and not for a few characters. */
  const cut = (text) => {
    const letters = [...text];
    if (letters.length <= SHOWN + LEEWAY) return text;
    const short = letters.slice(0, SHOWN - 1).join("");
    return (short.includes(" ") ? short.slice(0, short.lastIndexOf(" ")) : short) + "…";
  };

  const subjectOf = (about, number, words) => {
    let short = about;
    const letters = [...about];
    if (letters.length > SUBJECT) {
      const cut = letters.slice(0, SUBJECT).join("");
      short = (cut.slice(0, Math.max(0, cut.lastIndexOf(" "))) || cut) + "…";
    }
    if (number && !short.toLowerCase().includes(number.toLowerCase())) {
      return short ? `${number}: ${short}` : words.orderSubject.replace("__number__", () => number);
    }
    return short || words.emptySubject;
  };

  /* The message for a problem; `title` is that of the article they came from, "" for none, `tried` are those of
     others they read. */
  const prepare = (contact, query, title, tried = []) => {
    const words = document.querySelector('template[data-words="message"]').dataset;
    const typed = oneLine(query);
    const number = numbersIn(contact, typed)[0] || "";
    const asked = isNumber(contact, typed) || asksForPerson(contact, typed) ? "" : typed;
    const [when] = new RegExp(contact.when, "i").exec(asked) || [""];
    const about = oneLine(title);
    const read = [...new Set([about, ...tried.map(oneLine)])].filter(Boolean);
    const last = read.pop() || "";
    const values = { query: asked, number, when, title: last, titles: read.join("”, “") };
    const body = (read.length ? words.bodyAfterArticles : last ? words.bodyAfterArticle : words.body)
      .replace(/__(query|number|when|titles?)__/g, (token, name) => values[name])
      .split("\n").map((line) => line.trimEnd()).join("\n");
    return { subject: subjectOf(asked || about, number, words), body };
  };

  const encoded = (text) => encodeURIComponent(text.toWellFormed ? text.toWellFormed() : text)
    .replace(/[!'()*]/g, (letter) => "%" + letter.charCodeAt(0).toString(16).toUpperCase());
  const encodedLines = (text) => encoded(text.replace(/\r\n|\r|\n/g, "\r\n"));

  /* As much of a text as fits into `room` characters once encoded, ending at a whole word. */
  const fitting = (text, room) => {
    if (encodedLines(text).length <= room) return encodedLines(text);
    const space = room - encodedLines("…").length;
    const letters = [...text];
    let fits = 0;
    let over = letters.length + 1;
    while (over - fits > 1) {
      const middle = (fits + over) >> 1;
      if (encodedLines(letters.slice(0, middle).join("")).length <= space) fits = middle;
      else over = middle;
    }
    const upTo = letters.slice(0, fits + 1);
    const lastSpace = upTo.findLastIndex((letter) => /\s/.test(letter));
    const kept = lastSpace > fits / 2 ? letters.slice(0, lastSpace) : letters.slice(0, fits);
    return encodedLines(kept.join("").trimEnd() + "…");
  };

  const mailto = (address, message, longest) => {
    const subject = fitting(oneLine(message.subject), Math.floor(longest / 2));
    const start = `mailto:${encoded(address).replaceAll("%40", "@")}?subject=${subject}&body=`;
    return start + fitting(message.body, longest - start.length);
  };

  /* Puts the message into every mail address and into the text to copy below `node`. */
  const showMessage = (node, message, longest) => {
    for (const link of node.querySelectorAll('a[href^="mailto:"]')) {
      const address = decodeURIComponent(link.getAttribute("href").slice("mailto:".length).split("?")[0]);
      link.href = mailto(address, message, longest);
    }
    const text = node.querySelector("#prepared-message");
    if (text) text.value = `${message.subject}\n\n${message.body}`;
  };

  const card = (form, { id, reason }) => {
    const cards = document.querySelector(`template[data-cards="${form}"]`).content;
    const shown = cards.querySelector(`[data-channel="${CSS.escape(id)}"]`).cloneNode(true);
    const why = shown.querySelector(".channel-card-reason");
    if (why) why.textContent = reason;
    return shown;
  };

  /* Puts the channels for a problem below `node` in order (as many as there is room for) and fills in the message. */
  const showWay = async (node, { query = "", topic = "", article = "", title = "", tried = [] }) => {
    const contact = await page.contactData();
    const known = query ? await readQuery(query).catch(() => nothing) : nothing;
    const ordered = routes(contact, known.terms, topic || known.topic, article, new Date());
    for (const list of node.querySelectorAll("ol.channel-cards")) {
      const shown = list.classList.contains("channel-cards-one") ? ordered.slice(0, 1) : ordered;
      list.replaceChildren(...shown.map((route, place) => card(place ? "other" : "first", route)));
    }
    for (const strip of node.querySelectorAll(".channel-strip")) {
      strip.append(...ordered.map(({ id }) => strip.querySelector(`[data-channel="${CSS.escape(id)}"]`)));
      [...strip.children].forEach((row, place) => { row.hidden = place >= Number(strip.dataset.shown); });
    }
    showMessage(node, prepare(contact, query, title, tried), contact.mailtoLength);
    await page.showOpenings(node);
  };

  /* The titles of the slugs in `tried`, as webapp/current.py reads them. */
  const readBefore = (tried, article, named, most) => [...new Set(tried.split(","))]
    .filter((slug) => slug !== article && Object.hasOwn(named, slug)).slice(-most).map((slug) => named[slug][0]);

  /* Those read in this visit, for a message that is prepared in place. */
  const readHere = async () => {
    const read = window.helpCenterRead().join(",");
    if (!read) return [];
    const { mostTried } = await page.contactData();
    return readBefore(read, "", await page.articles(), mostTried);
  };

  /* The contact page itself, when its address says what about. */
  const showContactPage = async () => {
    const asked = new URLSearchParams(location.search);
    const article = asked.get("article") || "";
    const named = article || asked.has("tried") ? await page.articles() : {};
    const [title, ofArticle] = named[article] || ["", ""];
    const { mostTried, wordsLength } = await page.contactData();
    const tried = readBefore(asked.get("tried") || "", article, named, mostTried);
    const query = [...oneLine(asked.get("q") || "")].slice(0, wordsLength).join("").trim();
    const box = document.getElementById("search-query");
    if (!box.value) box.value = query; // unless somebody was quicker
    const wanted = asked.get("topic") || ofArticle;
    const known = [...document.querySelectorAll("template[data-topic]")].find(({ dataset }) => dataset.topic === wanted);
    const { topic = "", title: topicTitle = "" } = known?.dataset || {};
    const about = title ? "article" : query ? "query" : topic ? "topic" : "";
    if (!about && !tried.length) return;
    if (!about) {
      const contact = await page.contactData();
      showMessage(document.querySelector("main"), prepare(contact, "", "", tried), contact.mailtoLength);
      return;
    }
    const lead = document.querySelector(`template[data-about="${about}"]`).content.cloneNode(true);
    page.fill(lead, { slug: article, title, query: cut(query), topic_title: topicTitle });
    if (about === "topic") lead.querySelector("a").href = page.pageOf(`/topics/${topic}`);
    document.querySelector("main .lead").replaceWith(lead);
    await showWay(document.querySelector("main"), { query, topic, article: title ? article : "", title, tried });
  };

  page.contact = { routes, readQuery, prepare, mailto, showWay, orderNumber, asksWhere, asksForPerson, readHere };

  if (document.querySelector("template[data-about]")) showContactPage();
})();
